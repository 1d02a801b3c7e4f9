/** Names that have broken others go in, come out, are found and are logged as what they are. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostileNames } from "../fixtures/hostile-names.ts";
import { anInventory, aServer, type TestServer } from "./a-server.ts";
import { onTheWire, requestBytes } from "./on-the-wire.ts";

let server: TestServer;
const log: string[] = [];
const stored: string[] = [];

beforeAll(async () => {
  server = await aServer({ log });
  const posted = await server.ask("/api/inventories", {
    method: "POST",
    body: hostileNames.map((name, index) =>
      anInventory(name, 2965, { tags: [`tag ${name}`], collectedAt: `2026-03-01T00:00:${String(index).padStart(2, "0")}Z` }),
    ),
  });
  expect(posted.status).toBe(200);
  for (const item of posted.json.value) if (item.outcome !== "refused") stored.push(item.deviceName);
});
afterAll(() => server.close());

const query = (filter: string): string => `$filter=${encodeURIComponent(filter)}`;
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

describe("hostile names", () => {
  test("are all kept, but for those that no device can have", () => {
    expect(hostileNames.filter((name) => !stored.includes(name))).toEqual([]);
  });

  test.each(hostileNames.map((name) => [JSON.stringify(name), name]))(
    "%s is in the list, found by its name and by its tag, and nothing else is",
    async (_shown, name) => {
      const { json } = await server.ask("/api/machines?$top=1000");
      const machine = json.value.find(({ computerDnsName }: { computerDnsName: string }) => computerDnsName === name);
      expect(machine).toMatchObject({ computerDnsName: name, machineTags: [`tag ${name}`] });
      // A query that holds NUL is refused, whatever it asks.
      if (name.includes("\u0000")) return;
      const byName = await server.ask(`/api/machines?${query(`computerDnsName eq ${quoted(name)}`)}`);
      expect(byName.status).toBe(200);
      expect(byName.json.value.map(({ computerDnsName }: { computerDnsName: string }) => computerDnsName)).toContain(name);
      for (const found of byName.json.value) expect(found.computerDnsName.toLowerCase()).toBe(name.toLowerCase());
      const byTag = await server.ask(`/api/machines?${query(`machineTags/any(t: t eq ${quoted(`tag ${name}`)})`)}`);
      expect(byTag.json.value.map(({ computerDnsName }: { computerDnsName: string }) => computerDnsName)).toContain(name);
      expect((await server.ask(`/api/machines/${machine.id}`)).json.computerDnsName).toBe(name);
    },
  );

  test.each(hostileNames.map((name) => [JSON.stringify(name), name]))(
    "%s as a tag, as an id and as a path does no harm",
    async (_shown, name) => {
      const { json } = await server.ask("/api/machines?$top=1");
      const { id } = json.value[0];
      const tagged = await server.ask(`/api/machines/${id}/tags`, { method: "POST", body: { Value: name, Action: "Add" } });
      expect([200, 400]).toContain(tagged.status);
      if (tagged.status === 200) expect(tagged.json.machineTags).toContain(name.trim());
      if (tagged.status === 200) await server.ask(`/api/machines/${id}/tags`, { method: "POST", body: { Value: name, Action: "Remove" } });
      for (const path of [
        `/api/machines/${encodeURIComponent(name)}`,
        `/api/vulnerabilities/${encodeURIComponent(name)}`,
        `/${encodeURIComponent(name)}`,
      ]) {
        const { status, json: refused } = await server.ask(path);
        // A device may be called by its name.
        expect([200, 400, 404]).toContain(status);
        if (status >= 400)
          expect(refused.error).toEqual({ code: expect.any(String), message: expect.stringMatching(/\S/), target: expect.any(String) });
      }
    },
  );

  test("in the log are no control characters, and every line is one JSON object", async () => {
    const csi = Buffer.from("GET /api/\u009b31m\u0085x HTTP/1.1\r\nHost: h\r\n\r\n", "latin1");
    await onTheWire(server.origin, csi);
    await onTheWire(server.origin, requestBytes("GET", "/api/machines/\u007f%0d%0aforged", { "User-Agent": "\u009bx" }));
    await expect.poll(() => log.length).toBeGreaterThan(200);
    for (const line of log) {
      expect(line.endsWith("\n")).toBe(true);
      expect(line.slice(0, -1)).not.toMatch(/\p{Cc}/u);
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), msg: expect.any(String) });
    }
  });
});

describe("prototypes and members of others", () => {
  const bodies: readonly [string, string, string][] = [
    ["PATCH", "", '{"__proto__":{"machineTags":["x"]},"constructor":{"prototype":{"isAdmin":true}},"deviceValue":"High"}'],
    ["PATCH", "", '{"deviceValue":"High","tenantId":"other","riskScore":"None","id":"0"}'],
    ["POST", "/setDeviceValue", '{"DeviceValue":"High","__proto__":{"isAdmin":true}}'],
    ["POST", "/tags", '{"Value":"__proto__","Action":"Add"}'],
  ];

  test.each(bodies)("%s %s %s changes what it may and nothing else", async (method, path, body) => {
    const before = (await server.ask("/api/machines?$top=1")).json.value[0];
    const changed = await server.ask(`/api/machines/${before.id}${path}`, {
      method,
      body,
      headers: { "Content-Type": "application/json" },
    });
    expect(changed.status).toBe(200);
    const after = (await server.ask(`/api/machines/${before.id}`)).json;
    const may = ({ machineTags: _tags, deviceValue: _value, "@odata.context": _context, ...rest }: Record<string, unknown>): object => rest;
    expect(may(after)).toEqual(may(before));
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    expect(({} as { machineTags?: unknown }).machineTags).toBeUndefined();
  });

  test.each(["__proto__=1", "__proto__[x]=1", "constructor[prototype][isAdmin]=1", "$filter[__proto__]=x&$top=1", "hasOwnProperty=1"])(
    "the query %s reaches no prototype",
    async (wrong) => {
      expect([200, 400]).toContain((await server.ask(`/api/machines?${wrong}`)).status);
      expect(({} as { isAdmin?: boolean; x?: unknown }).isAdmin).toBeUndefined();
      expect(({} as { isAdmin?: boolean; x?: unknown }).x).toBeUndefined();
    },
  );
});
