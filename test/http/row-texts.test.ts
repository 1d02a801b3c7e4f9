import { afterAll, beforeAll, expect, test } from "vitest";
import { aServer, type TestServer } from "./a-server.ts";
import { type GrowingMonths, growingMonths, sampleFleet } from "./fleet-at-work.ts";

let months: GrowingMonths;
let server: TestServer;
beforeAll(async () => {
  months = growingMonths();
  server = await aServer({ documents: months.first(4) });
  await server.ingest(sampleFleet().slice(0, 60));
});
afterAll(async () => {
  await server.close();
  months.remove();
});

const lists = [
  { path: "/api/machines/MissingKbsByMachine" },
  { path: "/api/machines/SoftwareInventoryByMachine" },
  { path: "/api/machines/SoftwareVulnerabilitiesByMachine", filter: "cvssScore gt 8.5" },
  { path: "/api/vulnerabilities/machinesVulnerabilities", filter: "severity eq 'High'" },
];
const selects = ["", "id", "deviceName,id,osPlatform", "softwareName,deviceId", "machineId,severity,cveId,id", "note,lastSeenTimestamp"];

async function rowsOf(path: string, options: Readonly<Record<string, string>>): Promise<readonly string[] | undefined> {
  const { status, text } = await server.ask(`${path}?${new URLSearchParams(options)}`);
  if (status !== 200) return undefined;
  const { value } = JSON.parse(text) as { value: readonly object[] };
  // Written as the whole answer would be.
  expect(text.includes(`"value":${JSON.stringify(value)}`)).toBe(true);
  return value.map((row) => JSON.stringify(row)).sort();
}

test.each(lists)("rows of $path are the same whether they are put together as text or made one by one", async ({ path, filter }) => {
  for (const select of selects) {
    const options = { $top: "10000", ...(filter === undefined ? {} : { $filter: filter }), ...(select === "" ? {} : { $select: select }) };
    const together = await rowsOf(path, options);
    // Another order than that of the devices is made of whole rows.
    const apart = await rowsOf(path, { ...options, $orderby: "id desc" });
    expect(JSON.stringify(together) === JSON.stringify(apart)).toBe(true);
    if (select === "" || select === "id") expect(together?.length).toBeGreaterThan(10);
  }
});
