/** Every row of the shared OData cases as a request, and what comes back held against the same filter over the same rows in memory. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MACHINES, VULNERABILITIES } from "../../src/odata/entity-fields.ts";
import { ODataError } from "../../src/odata/odata-error.ts";
import type { Row } from "../../src/odata/row-values.ts";
import { answer as answerInMemory } from "../odata/answer.ts";
import { type CaseRow, readCases, wireQuery } from "../odata/case-rows.ts";
import { SLOW_MACHINE } from "../slow-machine.ts";
import { anInventory, aServer, type TestServer } from "./a-server.ts";
import { onTheWire, requestBytes, type WireAnswer } from "./on-the-wire.ts";

const cases = readCases()?.cases;
const entities = { machines: MACHINES, vulnerabilities: VULNERABILITIES };
const rows = { machines: [] as readonly Row[], vulnerabilities: [] as readonly Row[] };
/** Words that would tell of what is behind the service. */
const inside = /select |where |sqlite|postgres|syntax error|node_modules|\.ts\b|\bat .*:\d|enrollment_key_hash,|tid,/i;

let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await aServer({ tenants: ["second"] });
  token = await server.token(["Machine.Read.All", "Vulnerability.Read.All"]);
  await server.ingest([
    anInventory("pc-001.contoso.example", 2965, { tags: ["servers", "it's"], ipAddresses: ["172.17.230.209"] }),
    anInventory("PC-002.contoso.example", 6937, { collectedAt: "2026-02-01T10:00:00.5Z", ipAddresses: ["10.0.0.2", "FE80::6"] }),
    anInventory("mymachine1", 2965, { tags: ["ExampleTag"], collectedAt: "2017-06-30T23:59:59Z" }),
    anInventory("unicode-06", 2965, { deviceId: "1e5bc9d7e413ddd7902c2932e418702b84d0cc07" }),
    anInventory("pc-7", 1, {
      tags: ["x"],
      os: { caption: "Windows Server 2019", version: "10.0.17763", build: 17763, ubr: 1, installationType: "Server" },
    }),
    anInventory("pc-8", 1, { os: { caption: "Windows 11 Pro", version: "10.0.22631", build: 22631, ubr: 1, installationType: "Client" } }),
  ]);
  await server.ingest([anInventory("T2-CANARY", 2965)], "second");
  rows.machines = (await server.ask("/api/machines")).json.value;
  rows.vulnerabilities = (await server.ask("/api/vulnerabilities")).json.value;
});
afterAll(() => server.close());

async function get(path: string, query: string): Promise<WireAnswer> {
  // What no client can write into a request line is sent as the bytes that it would be.
  const target = Buffer.from(`${path}?${query}`, "utf8").toString("latin1");
  return onTheWire(server.origin, requestBytes("GET", target, { Authorization: `Bearer ${token}` }));
}

function holdRefusal({ status, body, headers }: WireAnswer): void {
  expect([400, 414, 431]).toContain(status);
  expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
  const { error } = JSON.parse(body);
  expect(error).toEqual({
    code: expect.stringMatching(/^(?:ODataError|BadRequest)$/),
    message: expect.stringMatching(/\S/),
    target: expect.stringMatching(/^[\da-f-]{36}$/),
  });
  expect(error.message).not.toMatch(inside);
  expect(error.message.length).toBeLessThan(2_000);
}

/** The ids that the same query finds in memory, in order where one was asked for; undefined where memory refuses it. */
function expectedIds(query: string, entity: CaseRow["entity"]): readonly unknown[] | undefined {
  try {
    return answerInMemory(query, entities[entity], rows[entity]).value.map(({ id }) => id);
  } catch (error) {
    if (error instanceof ODataError) return undefined;
    throw error;
  }
}

function holdRows(row: CaseRow, { body }: WireAnswer): void {
  const { value, "@odata.context": context } = JSON.parse(body) as { value: Row[]; "@odata.context": string };
  expect(context).toMatch(new RegExp(`^${server.origin}/api/\\$metadata#`));
  expect(body).not.toContain("T2-CANARY");
  if (row.expect_rows !== undefined) expect(value).toHaveLength(row.expect_rows);
  if (row.expect_max_rows !== undefined) expect(value.length).toBeLessThanOrEqual(row.expect_max_rows);
  expect(value.map(({ id }) => id).sort()).toEqual([...(expectedIds(wireQuery(row), row.entity) ?? [])].sort());
  if (row.group === "orderby") expect(value.map(({ id }) => id)).toEqual(expectedIds(wireQuery(row), row.entity));
  if (row.id === "opt-302") expect(JSON.parse(body)["@odata.count"]).toBe(rows.machines.length);
}

describe.skipIf(cases === undefined)("the shared OData cases over HTTP", () => {
  const all = cases ?? [];

  test("the fleet has something to find", () => {
    expect(all.length).toBeGreaterThanOrEqual(158);
    expect(rows.machines).toHaveLength(6);
    expect(rows.vulnerabilities.length).toBeGreaterThan(50);
  });

  test.each(all)("$id ($group): $why", async (row) => {
    const started = performance.now();
    const answer = await get(row.path, wireQuery(row));
    expect(performance.now() - started).toBeLessThan((row.max_ms ?? 200) * SLOW_MACHINE);
    expect(row.expect.includes(400) ? [...row.expect, 414, 431] : row.expect, answer.body.slice(0, 500)).toContain(answer.status);
    if (answer.status === 200) holdRows(row, answer);
    else holdRefusal(answer);
    expect((await server.ask("/healthz", { token: null })).status).toBe(200);
  });

  test("rows that find something in memory find it over HTTP: not all of them are empty", () => {
    const found = all.filter((row) => row.expect.includes(200) && (expectedIds(wireQuery(row), row.entity)?.length ?? 0) > 0);
    expect(found.length).toBeGreaterThan(30);
  });
});

/** A small generator of its own, so that a failure comes again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test("five hundred mutations of query strings are answered with 200 or 400, never with a failure", async () => {
  const below = random(20_261_123);
  const queries = [
    "$filter=computerDnsName%20eq%20'pc-7'&$top=5",
    "$filter=startswith(computerDnsName,'pc')%20and%20lastSeen%20gt%202020-01-01T00:00:00Z&$orderby=lastSeen%20desc",
    "$filter=machineTags/any(t:%20t%20eq%20'it''s')&$select=id,computerDnsName&$count=true",
    "$filter=(osPlatform%20eq%20'Windows10'%20or%20rbacGroupId%20in%20(1,2))%20and%20not%20contains(version,'22')&$skip=1",
    "$skiptoken=eyJhIjoxfQ&pageSize=5&$expand=x",
  ];
  const bits = [
    "'",
    "''",
    "(",
    ")",
    "%",
    "%00",
    "%C0%AE",
    "%ED%A0%80",
    "&",
    "=",
    "$filter=",
    ",",
    "%20or%20",
    "9".repeat(30),
    "\u00e9",
    "null",
    "%0d%0a",
    "+",
    "#",
    "%2525",
  ];
  for (let count = 0; count < 500; count++) {
    let query = queries[below(queries.length)] ?? "";
    for (let edits = 1 + below(3); edits > 0; edits--) {
      const at = below(query.length);
      const bit = bits[below(bits.length)] ?? "";
      query = query.slice(0, at) + (below(3) === 0 ? "" : bit) + query.slice(at + below(3));
    }
    const path = ["/api/machines", "/api/vulnerabilities", "/api/machines/$count"][below(3)] ?? "";
    const answer = await get(path, query);
    expect([200, 400], `${path}?${query}: ${answer.body.slice(0, 300)}`).toContain(answer.status);
    if (answer.status === 400) holdRefusal(answer);
  }
});
