import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { sharedFile } from "../shared-data.ts";
import { type Fixture, publicJwk, publishedKeys } from "./jwt-fixture.ts";
import { makeRequest, type Recipe } from "./jwt-recipe.ts";
import { aService, keysOf, type Service } from "./jwt-service.ts";

const file = sharedFile("cases/jwt-cases.json");
const fixture = file === undefined ? undefined : (JSON.parse(readFileSync(file, "utf8")) as { fixture: Fixture }).fixture;
const minutes = 60_000;

async function* blanks(everyMs: number): AsyncGenerator<Uint8Array> {
  for (;;) {
    await setTimeout(everyMs);
    yield new Uint8Array(everyMs === 0 ? 65_536 : 1).fill(0x20);
  }
}

describe.skipIf(fixture === undefined)("sequences of requests", () => {
  const given = fixture as Fixture;
  let service: Service;

  const ask = async (recipe: Recipe = {}): Promise<number> => {
    const made = makeRequest({ id: "", group: "", expect: [], why: "", recipe }, [], given, service.nowMs / 1000);
    return (await service.ask(made.authorization)).status;
  };
  const fetchesOfT1 = (): number => service.fetched.filter((url) => url === keysOf(given.T1)).length;
  const withKid = (kid: string, key = "rsa_t1"): Recipe => ({ header: { kid }, sign: { alg: "RS256", key } });
  const publishOnly = (...keys: object[]): void => {
    service.serve = () => Response.json({ keys });
  };
  const k1 = (): object => ({ ...publicJwk("rsa_t1"), kid: "k1", use: "sig" });

  beforeEach(async () => {
    service = aService(given, { keysTimeoutMs: 300 });
    await service.issuers.refresh();
  });

  test("seq-unknown-kid-flood: five thousand unknown keys cause two fetches in five minutes, start included", async () => {
    let welcome = 0;
    for (let i = 0; i < 5000; i++) {
      service.nowMs += 2;
      if (i % 20 === 0 && (await ask()) === 200) welcome++;
      expect((await service.ask([floodToken()])).status).toBe(401);
    }
    expect(welcome).toBe(250);
    expect(fetchesOfT1()).toBeLessThanOrEqual(2);
  });

  /** A signature is not needed, since no unknown key gets that far. */
  function floodToken(): string {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const now = service.nowMs / 1000;
    return `Bearer ${part({ alg: "RS256", kid: randomUUID() })}.${part({ ...given.base_claims, iat: now, nbf: now, exp: now + 60 })}.AAAA`;
  }

  test("many at once wait for one and the same fetch", async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => ask(withKid(`other-${i}`))));
    expect(new Set(answers)).toEqual(new Set([401]));
    expect(fetchesOfT1()).toBe(2);
  });

  test("seq-bad-sig-flood: wrong signatures fetch nothing and are never remembered", async () => {
    const before = service.fetched.length;
    for (let i = 0; i < 1000; i++) expect(await ask({ mutate: ["sig_bitflip"] })).toBe(401);
    expect(await ask()).toBe(200);
    expect(service.fetched.length).toBe(before);
  });

  test("seq-jwks-down-at-boot: without keys nobody gets in, and the service is not ready", async () => {
    service = aService(given, { keysTimeoutMs: 300 });
    const published = service.serve;
    service.serve = () => Promise.reject(new Error("connection refused"));
    expect(await service.issuers.refresh()).toBe(false);
    expect(service.issuers.ready()).toBe(false);
    expect(await ask()).toBe(503);
    service.serve = published;
    expect(await ask()).toBe(503);
    service.nowMs += 5 * minutes;
    expect(await ask()).toBe(200);
    expect(service.reports).toEqual([
      expect.stringContaining("connection refused"),
      expect.stringContaining("connection refused"),
      undefined,
    ]);
  });

  test("seq-jwks-down-after-cache: known keys are good for a day, an unknown one never", async () => {
    expect(await ask()).toBe(200);
    service.serve = () => Promise.reject(new Error("connection refused"));
    for (const hours of [1, 6, 17]) {
      service.nowMs += hours * 60 * minutes - 1;
      expect(await ask()).toBe(200);
      expect(await ask(withKid("new"))).toBe(401);
    }
    service.nowMs += minutes;
    expect(await ask()).toBe(503);
    expect(service.issuers.ready()).toBe(false);
  });

  const endless = (everyMs: number): Response => new Response(ReadableStream.from(blanks(everyMs)));
  const hostile: [string, () => Response][] = [
    ["a body without end", () => endless(0)],
    ["a byte now and then", () => endless(20)],
    ["HTML", () => new Response("<html></html>", { headers: { "content-type": "text/html" } })],
    ["a redirect", () => new Response(null, { status: 302, headers: { location: "http://169.254.169.254/" } })],
    ["an error", () => new Response("{}", { status: 500 })],
    ["an empty object", () => Response.json({})],
    ["keys that are null", () => Response.json({ keys: null })],
    ["a hundred thousand keys", () => Response.json({ keys: Array.from({ length: 100_000 }, () => ({})) })],
    ["a hundred and one keys", () => Response.json({ keys: Array.from({ length: 101 }, (_, i) => ({ ...k1(), kid: `k${i}` })) })],
    ["a key without a name", () => Response.json({ keys: [publicJwk("rsa_t1_b")] })],
    ["a key with the exponent 1", () => Response.json({ keys: [{ ...publicJwk("rsa_t1_b"), kid: "k3", e: "AQ" }] })],
    ["a key with the exponent 3", () => Response.json({ keys: [{ ...publicJwk("rsa_t1_b"), kid: "k3", e: "Aw" }] })],
    ["a private key", () => Response.json({ keys: [{ ...publicJwk("rsa_t1_b"), kid: "k3", d: "AQAB" }] })],
    ["a key of another kind", () => Response.json({ keys: [{ ...publicJwk("evil_ec"), kid: "k3" }] })],
    ["a key for another algorithm", () => Response.json({ keys: [{ ...publicJwk("rsa_t1_b"), kid: "k3", alg: "RS512" }] })],
    ["a key that may only encrypt", () => Response.json({ keys: [{ ...publicJwk("rsa_t1_b"), kid: "k3", key_ops: ["wrapKey"] }] })],
    ["a weak key", () => Response.json({ keys: [{ ...publicJwk("rsa_1024"), kid: "k3" }] })],
  ];

  test.each(hostile)("seq-jwks-hostile: %s changes nothing", async (_name, answer) => {
    service.serve = answer;
    expect(await ask(withKid("k3", "rsa_t1_b"))).toBe(401);
    expect(await ask()).toBe(200);
    expect(fetchesOfT1()).toBe(2);
    expect(service.reports).toHaveLength(1);
  });

  test("redirects are refused by the request itself", async () => {
    let asked: RequestInit | undefined;
    service.serve = (_url, init) => {
      asked = init;
      return Response.json({});
    };
    await service.issuers.refresh();
    expect(asked?.redirect).toBe("error");
  });

  test("seq-rotate-in: a new key is known at once, or after five minutes under a flood", async () => {
    publishOnly(k1(), { ...publicJwk("rsa_t1_b"), kid: "k3" });
    expect(await ask(withKid("k3", "rsa_t1_b"))).toBe(200);
    publishOnly(k1(), { ...publicJwk("rsa_t2"), kid: "k4" });
    expect(await ask(withKid("k4", "rsa_t2"))).toBe(401);
    service.nowMs += 5 * minutes;
    expect(await ask(withKid("k4", "rsa_t2"))).toBe(200);
  });

  test("seq-rotate-out: a withdrawn key is refused within an hour, at once after a refresh, remembered or not", async () => {
    const second = withKid("k1b", "rsa_t1_b");
    expect(await ask(second)).toBe(200);
    publishOnly(k1());
    service.nowMs += 56 * minutes;
    expect(await ask(second)).toBe(401);

    service.serve = () => Response.json(publishedKeys().T1);
    await service.issuers.refresh();
    expect(await ask(second)).toBe(200);
    publishOnly(k1());
    await service.issuers.refresh();
    expect(await ask(second)).toBe(401);
    expect(await ask()).toBe(200);
  });

  test("a key replaced under its old name ends the tokens of the former", async () => {
    const made = makeRequest({ id: "", group: "", expect: [], why: "", recipe: {} }, [], given, service.nowMs / 1000);
    expect((await service.ask(made.authorization)).status).toBe(200);
    publishOnly({ ...publicJwk("rsa_t1_b"), kid: "k1" });
    await service.issuers.refresh();
    expect((await service.ask(made.authorization)).status).toBe(401);
  });

  test("seq-expire-on-keepalive, seq-clock-back: a token ends with its leeway, and a clock set back does not revive it", async () => {
    const recipe = { claims: { exp: "$now+2" } };
    const { authorization } = makeRequest({ id: "", group: "", expect: [], why: "", recipe }, [], given, service.nowMs / 1000);
    expect((await service.ask(authorization)).status).toBe(200);
    service.nowMs += 61_000;
    expect((await service.ask(authorization)).status).toBe(200);
    service.nowMs += 4000;
    expect((await service.ask(authorization)).status).toBe(401);
    service.nowMs -= 60 * minutes;
    expect((await service.ask(authorization)).status).toBe(401);
  });

  test("seq-tenant-removed: the next request of a removed tenant is refused", async () => {
    expect(await ask()).toBe(200);
    service.tenants.delete(given.T1);
    expect(await ask()).toBe(401);
  });
});
