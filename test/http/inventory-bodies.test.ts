/** What may come as a body of `POST /api/inventories`, and what becomes of it: the good is stored, the rest is told, and nothing else happens. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { onCitus } from "../slow-machine.ts";
import { type Asked, anInventory, aServer, type TestServer } from "./a-server.ts";

let server: TestServer;
let token: string;
const log: string[] = [];

beforeAll(async () => {
  server = await aServer({ log, tenants: ["second"] });
  token = await server.token(["Inventory.ReadWrite.All"]);
});
afterAll(() => server.close());

async function post(body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<Asked> {
  return server.ask("/api/inventories", { method: "POST", token, body, headers: { "Content-Type": "application/json", ...headers } });
}

/** Everything that is stored of a tenant's devices. */
async function stored(tenant = "default"): Promise<string> {
  return JSON.stringify(await server.store.devices(server.tenants.get(tenant)?.id ?? "", { limit: 10_000 }));
}

const line = (name: string, more: object = {}): string => JSON.stringify(anInventory(name, 2965, more));
const utf16 = (text: string): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);

describe("one device", () => {
  const forms: readonly [string, (text: string) => string | Uint8Array, Record<string, string>?][] = [
    ["plain", (text) => text],
    ["with a line end", (text) => `${text}\n`],
    ["with a BOM", (text) => `\ufeff${text}`],
    ["in lines that end in CR and LF", (text) => JSON.stringify(JSON.parse(text), undefined, 2).replaceAll("\n", "\r\n")],
    ["in UTF-16", utf16],
    ["in an array", (text) => `[${text}]`],
    ["as NDJSON by name", (text) => `${text}\n`, { "Content-Type": "application/x-ndjson" }],
    ["as JSON Lines by name", (text) => text, { "Content-Type": "application/jsonl; charset=utf-8" }],
    ["as text", (text) => text, { "Content-Type": "text/plain" }],
    ["packed", (text) => gzipSync(text), { "Content-Encoding": "gzip" }],
    [
      "packed in two parts",
      (text) => Buffer.concat([gzipSync(text.slice(0, 20)), gzipSync(text.slice(20))]),
      { "Content-Encoding": "x-gzip" },
    ],
    ["with blank lines around it", (text) => `\n\n${text}\n\n`],
  ];

  test.each(forms)("%s is stored", async (name, form, headers) => {
    const answer = await post(form(line(name)), headers);
    expect(answer).toMatchObject({ status: 200, json: { counts: { new: 1, refused: 0 }, value: [{ deviceName: name, outcome: "new" }] } });
    const again = await post(form(line(name)), headers);
    expect(again).toMatchObject({ status: 200, json: { counts: { new: 0, unchanged: 1 }, value: [{ outcome: "unchanged" }] } });
  });

  test("agent-replay-old: an older inventory never replaces a newer one", async () => {
    const at = (day: string, ubr: number): string =>
      JSON.stringify(anInventory("ordered", ubr, { collectedAt: `2026-03-${day}T00:00:00Z` }));
    expect((await post(at("20", 6937))).json.value).toMatchObject([{ outcome: "new" }]);
    const state = async (): Promise<unknown> => {
      const [device] = await server.store.devicesNamed(server.tenants.get("default")?.id ?? "", "ordered");
      return [device?.digest, device?.lastSeen];
    };
    const before = await state();
    expect((await post(at("10", 2965))).json.value).toMatchObject([{ outcome: "older" }]);
    expect(await state()).toEqual(before);
    const lines = [at("21", 2965), at("23", 6937), at("22", 2965)].join("\n");
    expect((await post(lines)).json.counts).toMatchObject({ updated: 2, older: 1 });
  });

  test("agent-skew-plus: a clock that is fast is told of, and does not order what comes", async () => {
    const collectedAt = new Date(Date.now() + 400 * 86_400_000).toISOString();
    const answer = await post(line("fast-clock", { collectedAt }));
    expect(answer).toMatchObject({ status: 200, json: { value: [{ outcome: "new", problems: [{ field: "collectedAt" }] }] } });
  });
});

describe("one device, many times", () => {
  const size = (): number => statSync(join(server.folder, "patchgap.db"), { throwIfNoEntry: false })?.size ?? 0; // There is none where another store is tried.
  const historyOf = async (name: string): Promise<readonly unknown[]> => {
    const tenantId = server.tenants.get("default")?.id ?? "";
    const devices = await server.store.devicesNamed(tenantId, name);
    expect(devices).toHaveLength(1);
    return server.store.history(tenantId, devices[0]?.deviceId ?? "");
  };

  test("J56: the same check-in ten thousand times, in a stream and one by one, is one record", async () => {
    await post(line("same"));
    const before = size();
    const stream = await post(`${line("same")}\n`.repeat(9_800));
    expect(stream.json.counts).toEqual({ new: 0, updated: 0, unchanged: 9_800, older: 0, refused: 0 });
    for (let round = 0; round < 20; round++) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => post(line("same"))));
      for (const { json } of answers) expect(json.counts).toMatchObject({ unchanged: 1 });
    }
    expect(await historyOf("same")).toHaveLength(1);
    expect(size() - before).toBeLessThan(1_048_576);
  });

  test("J57: a thousand check-ins in any order over eight connections end with the last, and with all of them in the history", async () => {
    const total = 1_000;
    const at = (index: number): string => new Date(Date.UTC(2026, 2, 1) + index * 60_000).toISOString();
    // 617 has no divisor in common with a thousand: every number comes once, in no order.
    const shuffled = Array.from({ length: total }, (_, index) => ((index * 617) % total) + 1);
    const connection = async (number: number): Promise<void> => {
      for (const index of shuffled.filter((_, place) => place % 8 === number)) {
        const answer = await post(JSON.stringify(anInventory("shuffled", index, { collectedAt: at(index) })));
        expect(answer.status).toBe(200);
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, number) => connection(number)));
    expect(await historyOf("shuffled")).toHaveLength(total);
    const [device] = await server.store.devicesNamed(server.tenants.get("default")?.id ?? "", "shuffled");
    expect(device?.lastSeen).toBe(at(total));
    expect(await server.store.inventory(device?.digest ?? "")).toMatchObject({ os: { ubr: total } });
  });
});

describe("many devices", () => {
  const bad = {
    broken: '{"deviceName":"broken-1",',
    type: '{"deviceName":7,"os":{"build":19045}}',
    bare: '"text"',
    nul: `{"deviceName":"a${"\u0000"}b"}`,
    surrogate: '{"deviceName":"\\ud800","os":{"build":19045},"installedKbs":[]}',
    long: JSON.stringify({ deviceName: "long", os: { build: 19_045 }, installedKbs: [], note: "x".repeat(1_048_577) }),
    deep: `{"deviceName":"deep","os":${"[".repeat(5_000)}${"]".repeat(5_000)}}`,
    nothing: "{}",
  };

  test.each(Object.entries(bad))("a line that is %s is refused by its number, and those around it are stored", async (kind, text) => {
    const lines = [line(`${kind}-before`), "", text, line(`${kind}-after`)].join("\r\n");
    const answer = await post(lines);
    expect(answer.status).toBe(200);
    expect(answer.json.counts).toEqual({ new: 2, updated: 0, unchanged: 0, older: 0, refused: 1 });
    expect(answer.json.value).toMatchObject([
      { line: 1, deviceName: `${kind}-before`, outcome: "new" },
      { line: 3, outcome: "refused", problems: [{ message: expect.stringMatching(/\S/) }] },
      { line: 4, deviceName: `${kind}-after`, outcome: "new" },
    ]);
  });

  test("bytes that are not UTF-8 refuse their line in a stream, and a text of one encoding as a whole", async () => {
    const wrong = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d, 0x0a]);
    const before = await stored();
    expect((await post(Buffer.concat([wrong, Buffer.from(line("utf-8"))]))).status).toBe(400);
    expect(await stored()).toBe(before);
    const padding = Array.from({ length: 3 }, (_, index) => `${line(`padded-${index}`, { note: "x".repeat(900_000) })}\n`).join("");
    const answer = await post(Buffer.concat([Buffer.from(padding), wrong, Buffer.from(line("utf-8"))]));
    expect(answer.json).toMatchObject({ counts: { new: 4, refused: 1 } });
    expect(answer.json.value[3]).toMatchObject({ line: 4, outcome: "refused" });
  });

  test("an item of an array is refused by its place, and those around it are stored", async () => {
    const answer = await post(`[${line("array-1")},null,{"deviceName":[]},${line("array-2")}]`);
    expect(answer.json.counts).toMatchObject({ new: 2, refused: 2 });
    expect(answer.json.value[1].problems[0].message).toContain("[1]");
  });

  test("where nothing can be stored the whole is refused, with the first reason", async () => {
    const before = await stored();
    const answer = await post('{"deviceName":"x"\n{"deviceName":7}\n{"deviceName":"y",}\n');
    expect(answer).toMatchObject({ status: 400, json: { error: { code: "InvalidRequestBody" } } });
    expect(await stored()).toBe(before);
  });
});

describe("a body that is no inventory", () => {
  const rows: readonly [string, string | Uint8Array, number, Record<string, string>?][] = [
    ["empty", "", 400],
    ["blank", " \r\n\t ", 400],
    ["an empty array", "[]", 400],
    ["an empty packed one", gzipSync(""), 400, { "Content-Encoding": "gzip" }],
    ["NUL bytes", Buffer.alloc(1000), 400],
    ["a picture", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), 400],
    ["HTML", "<html><body>Sign in</body></html>", 400],
    ["nested a million times", "[".repeat(1_000_000), 400],
    ["objects nested ten thousand times", '{"deviceName":'.repeat(10_000), 400],
    ["packed, but cut off", gzipSync(line("cut")).subarray(0, -10), 400, { "Content-Encoding": "gzip" }],
    [
      "packed, with a wrong checksum",
      Buffer.from(gzipSync(line("sum")).map((byte, i, all) => (i === all.length - 6 ? byte ^ 1 : byte))),
      400,
      { "Content-Encoding": "gzip" },
    ],
    ["not packed, but said to be", line("said"), 400, { "Content-Encoding": "gzip" }],
    ["packed in another way", "x", 415, { "Content-Encoding": "br" }],
    ["packed twice", gzipSync(gzipSync(line("twice"))), 415, { "Content-Encoding": "gzip, gzip" }],
    ["packed twice in secret", gzipSync(gzipSync(line("secret"))), 400, { "Content-Encoding": "gzip" }],
    ["a form", "deviceName=x", 415, { "Content-Type": "application/x-www-form-urlencoded" }],
    ["XML", "<x/>", 415, { "Content-Type": "text/xml" }],
    ["JSON in UTF-16 by name", utf16(line("named")), 415, { "Content-Type": "application/json; charset=utf-16" }],
  ];

  test.each(rows)("%s is refused, and stores nothing", async (_what, body, status, headers) => {
    const before = await stored();
    const answer = await post(body, headers);
    expect([answer.status, answer.json.error.message]).toEqual([status, expect.stringMatching(/\S/)]);
    expect(await stored()).toBe(before);
  });
});

describe("members that are none of the sender's business", () => {
  test("json-mass, json-proto: tenant, id of another tenant's device, roles and prototypes change nothing", async () => {
    await server.ask("/api/inventories", { method: "POST", tenant: "second", body: anInventory("theirs", 2965) });
    const [theirs, second] = [await stored("second"), server.tenants.get("second")?.id];
    const { deviceId } = JSON.parse(theirs)[0];
    const mass = {
      tenantId: second,
      tid: second,
      id: deviceId,
      deviceId,
      role: "admin",
      riskScore: "Low",
      missingKbs: [],
      exposureLevel: "None",
    };
    const polluted = `${line("mine", mass).slice(0, -1)},"__proto__":{"isAdmin":true,"tenantId":"${second}"},"constructor":{"prototype":{"isAdmin":true}}}`;
    expect((await post(polluted)).json.counts).toMatchObject({ new: 1 });
    expect(await stored("second")).toBe(theirs);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    const own = (await server.ask(`/api/machines/${deviceId}`)).json;
    expect(own).toMatchObject({ computerDnsName: "mine" });
    expect(own.exposureLevel).not.toBe("None");
  });
});

const full = readFileSync(join(import.meta.dirname, "..", "fixtures", "inventories", "native.json"), "utf8");

/** Bodies of every kind of wrongness; few names, so that the store stays small. */
const anyBody = ((): fc.Arbitrary<{ readonly bytes: Uint8Array; readonly isPacked: boolean }> => {
  const name = fc.integer({ min: 0, max: 9 }).map((number) => `fuzz-${number}`);
  const good = name.map((text) => line(text));
  const whole = fc.oneof(
    good,
    fc.constant(full),
    fc.array(good, { minLength: 1, maxLength: 4 }).map((all) => `[${all.join(",")}]`),
  );
  const lines = fc.array(
    fc.oneof(
      good,
      fc.string(),
      fc.json(),
      fc.constant("{"),
      good.map((text) => text.slice(0, 40)),
    ),
    { maxLength: 8 },
  );
  const separated = fc.tuple(lines, fc.constantFrom("\n", "\r\n", "\n\n", "\u2028")).map(([all, end]) => all.join(end));
  const members = Object.keys(JSON.parse(full));
  const retyped = fc
    .tuple(fc.constantFrom(...members, "os.build", "os.ubr", "os.version", "os.caption"), fc.jsonValue(), name)
    .map(([member, value, deviceName]) => JSON.stringify(withMember({ ...JSON.parse(full), deviceName }, member, value)));
  const text = fc.oneof(whole, separated, retyped);
  const encoded = fc.tuple(text, fc.constantFrom("utf8", "utf16le", "latin1" as const), fc.boolean()).map(([all, encoding, hasMark]) => {
    return Buffer.from((hasMark ? "\ufeff" : "") + all, encoding as BufferEncoding);
  });
  const edit = fc.tuple(fc.nat(), fc.constantFrom("flip", "cut", "add", "drop"), fc.nat(255));
  const edits = fc.oneof(fc.constant([]), fc.array(edit, { maxLength: 4 }));
  const mutated = fc.tuple(encoded, edits).map(([bytes, all]) => all.reduce(edited, bytes));
  const bytes = fc.oneof(
    { weight: 4, arbitrary: mutated },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2_000 }).map((all) => Buffer.from(all)) },
  );
  const packed = fc.tuple(bytes, edits).map(([all, changes]) => changes.reduce(edited, gzipSync(all)));
  return fc.oneof(
    { weight: 3, arbitrary: bytes.map((all) => ({ bytes: all, isPacked: false })) },
    { weight: 1, arbitrary: packed.map((all) => ({ bytes: all, isPacked: true })) },
  );
})();

function withMember(inventory: Record<string, unknown>, path: string, value: unknown): object {
  const [outer = "", inner] = path.split(".");
  const changed = inner === undefined ? value : { ...(inventory[outer] as object), [inner]: value };
  return { ...inventory, [outer]: changed };
}

function edited(bytes: Buffer, [where, how, byte]: readonly [number, string, number]): Buffer {
  const at = bytes.length === 0 ? 0 : where % bytes.length;
  if (how === "cut") return bytes.subarray(0, at);
  if (how === "drop") return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
  if (how === "add") return Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(at)]);
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (byte + 1);
  return copy;
}

test("any body is stored or refused in time, and a refused one stores nothing", async () => {
  const statuses = new Map<number, number>();
  log.length = 0;
  const property = fc.asyncProperty(anyBody, async ({ bytes, isPacked }) => {
    const before = await stored();
    const answer = await post(bytes, isPacked ? { "Content-Encoding": "gzip" } : {});
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    expect(answer.status).toBeLessThan(500);
    if (answer.status === 200) {
      const { counts, value } = answer.json;
      expect(Object.values(counts as Record<string, number>).reduce((sum, count) => sum + count)).toBe(value.length);
      expect(counts.refused).toBeLessThan(value.length);
      return;
    }
    const some = expect.stringMatching(/\S/);
    expect(answer.json).toEqual({ error: { code: some, message: some, target: some } });
    expect(await stored()).toBe(before);
  });
  await fc.assert(property, { numRuns: 500, seed: 20_261_123, interruptAfterTimeLimit: onCitus(50_000), markInterruptAsFailure: true });
  expect(statuses.get(200)).toBeGreaterThan(50);
  expect(statuses.get(400)).toBeGreaterThan(50);
  for (const entry of log.join("").trimEnd().split("\n")) {
    expect(entry).not.toMatch(/\p{Cc}/u);
    expect(JSON.parse(entry).level).toBeLessThan(50);
  }
});
