import { expect, test } from "vitest";
import { MACHINES, VULNERABILITIES } from "../../src/odata/entity-fields.ts";
import { meets } from "../../src/odata/evaluate-filter.ts";
import { orderRows } from "../../src/odata/order-rows.ts";
import { parseFilter } from "../../src/odata/parse-filter.ts";
import { projectRow } from "../../src/odata/project-row.ts";
import { parseQueryOptions } from "../../src/odata/query-options.ts";

const PC = {
  id: "a1",
  computerDnsName: "PC-1.contoso.example",
  lastSeen: "2024-01-01T00:00:00.5Z",
  rbacGroupId: 140,
  riskScore: null,
  osBuild: 19045,
};
const LISTS = {
  machineTags: ["Servers", "x"],
  ipAddresses: [
    { ipAddress: "FE80::1", macAddress: null },
    { ipAddress: "10.0.0.1", type: "Ethernet" },
  ],
};
const MACHINE = { ...PC, ...LISTS, aadDeviceId: "80FE8FF8-2624-418E-9591-41F0491218F9", isExcluded: false };

test.each([
  ["computerDnsName eq 'pc-1.CONTOSO.example'", true],
  ["startswith(computerDnsName,'pc-')", true],
  ["contains(computerDnsName,'_')", false],
  ["endswith(computerDnsName,'%')", false],
  ["id eq 'A1'", false],
  ["contains(id,'')", true],
  ["aadDeviceId eq 80fe8ff8-2624-418e-9591-41f0491218f9", true],
  ["lastSeen eq 2024-01-01T01:00:00.5000000+01:00", true],
  ["lastSeen lt 2024-01-01T00:00:00.5000001Z", true],
  ["rbacGroupId ge 140", true],
  ["rbacGroupId lt 9223372036854775807", true],
  ["riskScore eq null", true],
  ["riskScore ne null", false],
  ["riskScore ne 'High'", true],
  ["riskScore lt 'High'", false],
  ["not (riskScore lt 'High')", true],
  ["riskScore ge null", false],
  ["startswith(riskScore,'')", false],
  ["riskScore in ('High','None')", false],
  ["riskScore in ('High',null)", true],
  ["exposureLevel eq null", true],
  ["isExcluded eq false", true],
  ["not isExcluded", true],
  ["machineTags/any(t: t eq 'servers')", false],
  ["machineTags/any(t: startswith(t,'Serv') and contains(t,'x'))", false],
  ["machineTags eq 'x'", true],
  ["machineTags ne 'x'", false],
  ["ipAddresses/any(i: i/ipAddress eq 'fe80::1')", true],
  ["ipAddresses/any(i: i/macAddress ne null)", false],
  ["ipAddresses/any(i: i/ipAddress eq 'fe80::1' and i/type eq 'Ethernet')", false],
])("%s is %s", (filter, expected) => {
  expect(meets(parseFilter(filter, MACHINES), MACHINE)).toBe(expected);
});

test("a value of a wrong type counts as null, and what a row inherits is not in it", () => {
  expect(meets(parseFilter("rbacGroupId eq null", MACHINES), { rbacGroupId: "140" })).toBe(true);
  expect(meets(parseFilter("lastSeen eq null", MACHINES), { lastSeen: "yesterday" })).toBe(true);
  expect(meets(parseFilter("machineTags/any()", MACHINES), { machineTags: "x" })).toBe(false);
  expect(meets(parseFilter("id eq 'x'", MACHINES), Object.create({ id: "x" }))).toBe(false);
});

const ROWS = [
  { id: "CVE-3", severity: "high", cvssV3: 8 },
  { id: "cve-1", severity: "High", cvssV3: null },
  { id: "CVE-2", severity: "Low", cvssV3: 9.5 },
  { id: "CVE-4", severity: null, cvssV3: 8 },
];

test.each([
  ["", ["cve-1", "CVE-2", "CVE-3", "CVE-4"]],
  ["$orderby=id desc", ["CVE-4", "CVE-3", "CVE-2", "cve-1"]],
  ["$orderby=cvssV3", ["cve-1", "CVE-3", "CVE-4", "CVE-2"]],
  ["$orderby=cvssV3 desc", ["CVE-2", "CVE-3", "CVE-4", "cve-1"]],
  ["$orderby=severity,cvssV3 desc", ["CVE-4", "CVE-3", "cve-1", "CVE-2"]],
  ["$orderby=severity asc , id desc", ["CVE-4", "CVE-3", "cve-1", "CVE-2"]],
])("rows ordered by %j: null first, ties by id", (query, ids) => {
  const { orderBy } = parseQueryOptions(query, VULNERABILITIES);
  expect(orderRows(ROWS, orderBy).map(({ id }) => id)).toEqual(ids);
  expect(orderRows([...ROWS].reverse(), orderBy).map(({ id }) => id)).toEqual(ids);
});

test("texts sort by code points, as databases sort UTF-8", () => {
  const rows = ["\u{1f600}", "\uffee", "z", "Z", "\ud7ff", "zz"].map((id) => ({ id }));
  const { orderBy } = parseQueryOptions("", MACHINES);
  expect(orderRows(rows, orderBy).map(({ id }) => id)).toEqual(["Z", "z", "zz", "\ud7ff", "\uffee", "\u{1f600}"]);
});

test("a projected row has the properties asked for, in that order, and no others", () => {
  expect(JSON.stringify(projectRow({ id: "1", version: null, secret: 1 }, ["version", "id", "osBuild"]))).toBe('{"version":null,"id":"1"}');
  expect(projectRow({ id: "1", secret: 1 }, undefined)).toEqual({ id: "1", secret: 1 });
});
