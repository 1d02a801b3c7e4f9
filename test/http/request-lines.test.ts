import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fleetDevices, fleetDocuments, fleetTime, idOf } from "./a-fleet.ts";
import { aServer, type TestServer } from "./a-server.ts";
import { askRaw } from "./ask-raw.ts";
import { documentsFolder } from "./documents-folder.ts";

/** Request lines that clients really send. `{id}` is the first device; blanks stand for what a client's HTTP library makes of them. */

let server: TestServer;
let token: string;
const documents = documentsFolder(fleetDocuments);
beforeAll(async () => {
  server = await aServer({ documents, now: () => new Date(fleetTime) });
  await server.ingest(fleetDevices);
  token = await server.token();
});
afterAll(async () => {
  await server.close();
  rmSync(documents, { recursive: true });
});

const all = "123456";
const openRows = ["CVE-2019-0608", "CVE-2021-1111", "CVE-2021-2222", "CVE-2026-0001"];
const tens = ["windows_10", "windows_10", "windows_10", "windows_10"];
const everyOpenRow = [..."1111", "2", ..."44", ..."6666"];

/** A list's rows in short: the first digit of devices, else what tells them apart. */
const shorts: Readonly<Record<string, (row: Record<string, unknown>) => unknown>> = {
  devices: (row) => String(row["id"] ?? row["computerDnsName"]).slice(0, 1),
  ids: (row) => row["id"],
  owners: (row) => String(row["machineId"] ?? row["deviceId"]).slice(0, 1),
  cves: (row) => row["cveId"],
  products: (row) => row["productName"],
};

const lists: readonly (readonly [line: string, of: string, expected: readonly unknown[] | string])[] = [
  ["/api/machines/{id}/getmissingkbs", "ids", ["5078885"]],
  ["/api/v1.0/machines/{id}/getmissingkbs", "ids", ["5078885"]],
  ["/api/Software/microsoft-_-windows_10/getmissingkbs", "ids", ["5078885"]],
  ["/api/software/microsoft-_-windows_server_2022/getmissingkbs", "ids", ["5078766"]],
  ["/api/machines", "devices", all],
  ["/api/machines?$top=10000", "devices", all],
  ["/api/machines?%24top=2&%24skip=3", "devices", "45"],
  ["/api/machines?%24top=1000&%24skip=2000", "devices", ""],
  ["/api/machines?pageSize=10000", "devices", all],
  ["/api/machines?$filter=riskScore+eq+'High'", "devices", "146"],
  ["/api/machines?$filter=healthStatus+ne+'Active'&$top=100", "devices", "6"],
  ["/api/machines?$filter=lastSeen gt 2018-08-01Z", "devices", all],
  ["/api/machines?$filter=lastSeen gt 2025-12-02Z", "devices", "12345"],
  ["/api/machines?$filter=lastSeen%20ge%202026-01-01T00:00:00Z", "devices", "12345"],
  ["/api/machines?$filter=startswith(computerDnsName,'mymachine')", "devices", "12"],
  ["/api/machines?$filter=startswith(osPlatform,'WindowsServer')", "devices", "45"],
  ["/api/machines?$filter=computerDnsName%20ne%20null", "devices", all],
  ["/api/machines?$filter=computerDnsName eq 'PC-3'", "devices", "3"],
  ["/api/machines?$filter=lastIpAddress eq '10.248.240.38'", "devices", "1"],
  ["/api/machines?$filter=(computerDnsName ne null) and (isExcluded eq false)", "devices", all],
  ["/api/machines?$filter=(computerDnsName ne null) and (isExcluded eq true)", "devices", ""],
  ["/api/machines?$filter=machineTags/any(tag: tag eq 'ExampleTag')", "devices", "1"],
  ["/api/machines?$filter=machineTags/any(t: t eq 'x')", "devices", "2"],
  ["/api/machines?$filter=machineTags eq 'x'", "devices", "2"],
  ["/api/machines?$filter=rbacGroupId+eq+1234", "devices", "34"],
  ["/api/machines?$filter=exposureLevel in ('Medium', 'High') and healthStatus eq 'Active'", "devices", ""],
  ["/api/machines?$filter=exposureLevel in ('Low', 'High') and healthStatus eq 'Active'", "devices", "124"],
  ["/api/machines?$filter=ipAddresses/any(i: i/ipAddress eq '10.248.240.39')", "devices", "2"],
  ["/api/machines?$select=id,computerDnsName,osPlatform&$top=1000", "devices", all],
  ["/api/machines?$select=id,mergedIntoMachineId,isExcluded", "devices", all],
  ["/api/machines?$orderby=id", "devices", all],
  ["/api/machines?$orderby=lastSeen desc&$top=1", "devices", "1"],
  ["/api/machines/findbytag?tag=testTag&useStartsWithFilter=true", "devices", "12"],
  ["/api/machines/findbytag?tag=testTag&useStartsWithFilter=True", "devices", "12"],
  ["/api/machines/findbytag?tag=testTag&useStartsWithFilter=False", "devices", "1"],
  ["/api/machines/findbytag?tag=testTag", "devices", "1"],
  ["/api/machines/findbyip(ip='10.248.240.38',timestamp=2026-03-31T08:54:05Z)", "devices", "1"],
  ["/api/machines/findbyip(ip='10.248.240.38',timestamp=2026-03-31T09:54:05Z)", "devices", ""],
  ["/api/machines/{id}/software", "ids", ["microsoft-_-windows_10", "google-_-chrome"]],
  ["/api/machines/{id}/vulnerabilities", "ids", openRows],
  ["/api/machines/{id}/recommendations", "ids", ["va-_-microsoft-_-windows_10"]],
  ["/api/software?$top=50&$skip=0", "ids", ["google-_-chrome", "microsoft-_-windows_10", "microsoft-_-windows_server_2022"]],
  ["/api/Software?$filter=vendor eq 'microsoft'", "ids", ["microsoft-_-windows_10", "microsoft-_-windows_server_2022"]],
  ["/api/Software/google-_-chrome/machineReferences", "devices", "1"],
  ["/api/vulnerabilities?$orderby=id", "ids", openRows],
  ["/api/vulnerabilities?$top=25&$skip=0&$filter=contains(name, 'CVE-2021') and severity eq 'High'", "ids", ["CVE-2021-1111"]],
  ["/api/vulnerabilities/machinesVulnerabilities?$filter=severity+eq+'Critical'", "owners", "146"],
  ["/api/vulnerabilities/machinesVulnerabilities?$filter=machineId eq '{id}'&$top=10000", "cves", openRows],
  ["/api/vulnerabilities/machinesVulnerabilities?$filter=machineId+eq+'{id}'", "products", tens],
  ["/api/vulnerabilities/machinesvulnerabilities?$orderby=machineId", "owners", everyOpenRow],
  ["/api/vulnerabilities/CVE-2019-0608/machinereferences", "devices", "16"],
  ["/api/recommendations/va-_-microsoft-_-windows_10/vulnerabilities?$top=1000", "ids", openRows],
  ["/api/recommendations/va-_-microsoft-_-windows_10/machineReferences", "devices", "126"],
  ["/api/machines/SoftwareVulnerabilitiesByMachine?$top=999", "owners", [..."11111", "2", "3", ..."44", "5", ..."6666"]],
  ["/api/machines/SoftwareVulnerabilitiesByMachine?pageSize=1000", "owners", [..."11111", "2", "3", ..."44", "5", ..."6666"]],
  ["/api/machines/SoftwareInventoryByMachine", "owners", "1123456"],
  ["/api/machines/MissingKbsByMachine", "owners", "1246"],
];

/** What HTTP libraries make of one line: all of these are sent by somebody. */
const spellings: readonly (readonly [name: string, spell: (line: string) => string])[] = [
  ["blanks as %20", (line) => line.replaceAll(" ", "%20")],
  ["blanks as +", (line) => inQuery(line, (query) => query.replaceAll(" ", "+")).replaceAll(" ", "%20")],
  ["quotes as %27", (line) => line.replaceAll(" ", "%20").replaceAll("'", "%27")],
  ["$ as %24", (line) => inQuery(line, (query) => query.replaceAll("$", "%24")).replaceAll(" ", "%20")],
  [
    "everything encoded that can be",
    (line) => inQuery(line, (query) => query.replace(/[^\w=&%.~+-]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)),
  ],
];

function inQuery(line: string, change: (query: string) => string): string {
  const [path = "", query] = line.split("?");
  return query === undefined ? line : `${path}?${change(query)}`;
}

const withId = (line: string): string => line.replaceAll("{id}", idOf("1"));

async function get(line: string): Promise<{ readonly status: number; readonly type: string; readonly json: Record<string, unknown> }> {
  const { status, headers, body } = await askRaw(server.origin, withId(line), { Authorization: `Bearer ${token}` });
  return { status, type: headers["content-type"] ?? "", json: JSON.parse(body.toString("utf8")) };
}

describe.each(spellings)("with %s", (_name, spell) => {
  test.each(lists)("GET %s answers rows whose %s are %j", async (line, of, expected) => {
    const { status, type, json } = await get(spell(withId(line)));
    expect(json).not.toHaveProperty("error");
    expect(status).toBe(200);
    expect(type).toContain("json");
    const rows = json["value"] as Record<string, unknown>[];
    expect(rows.map(shorts[of] as () => unknown)).toEqual([...expected]);
  });
});

const single: readonly (readonly [line: string, expected: object])[] = [
  ["/api/machines/{id}", { id: idOf("1"), computerDnsName: "mymachine1.contoso.example", osBuild: 19045 }],
  ["/api/machines/mymachine1.contoso.example", { id: idOf("1") }],
  ["/api/machines/MYMACHINE1.contoso.example", { id: idOf("1") }],
  ["/api/machines('{id}')", { id: idOf("1") }],
  ["/api/Software/microsoft-_-windows_10", { id: "microsoft-_-windows_10", exposedMachines: 3, installedMachines: 4, weaknesses: 4 }],
  ["/api/software('microsoft-_-windows_10')", { id: "microsoft-_-windows_10" }],
  ["/api/Vulnerabilities/cve-2019-0608", { id: "CVE-2019-0608", exposedMachines: 2, severity: "Medium" }],
  ["/api/recommendations/va-_-microsoft-_-windows_10", { productName: "windows_10", exposedMachinesCount: 3 }],
  ["/api/recommendations/va-_-microsoft-_-windows_10/software", { id: "microsoft-_-windows_10", vendor: "microsoft" }],
  ["/api/exposureScore", { score: expect.any(Number), time: fleetTime }],
  ["/api/exposureScore/ByMachineGroups", { value: [{ rbacGroupId: 0 }, { rbacGroupId: 1234, rbacGroupName: "g-thflln" }] }],
  ["/api/configurationScore", { score: expect.any(Number), time: fleetTime }],
  ["/api/missingupdates/KB5078885", { id: "5078885", machineMissedOn: 3 }],
];

test.each(single)("GET %s answers %o", async (line, expected) => {
  expect(await get(line)).toMatchObject({ status: 200, json: expected });
});

const refused: readonly (readonly [line: string, status: number, code: string, message: RegExp])[] = [
  [
    "/api/recommendations/va-_-google-_-chrome/vulnerabilities?$top=1000",
    404,
    "ResourceNotFound",
    /^Recommendation va-_-google-_-chrome was not/,
  ],
  [`/api/machines/${idOf("0")}/getmissingkbs`, 404, "ResourceNotFound", /^Machine 0{40} was not found$/],
  ["/api/machines/nobody", 404, "ResourceNotFound", /^Machine nobody was not found$/],
  ["/api/Software/acme-_-none/getmissingkbs", 404, "ResourceNotFound", /^Software acme-_-none was not found$/],
  ["/api/Software/acme-_-none/machineReferences", 404, "ResourceNotFound", /^Software/],
  ["/api/vulnerabilities/CVE-1999-0001", 404, "ResourceNotFound", /^Vulnerability/],
  ["/api/machines/findbyip(ip='10.248.240.38',timestamp=2019-09-22T08:44:05Z)", 400, "InvalidInput", /30 days/],
  ["/api/machines/findbyip(ip='10.248.240.38')", 400, "InvalidInput", /timestamp=/],
  ["/api/machines/findbytag", 400, "MissingRequiredParameter", /tag=/],
  ["/api/machines?$filter=deviceIds%20eq%20'x'", 400, "ODataError", /deviceIds/],
  ["/api/machines?$filter=firstSeen%20gt%202018-08-01Z", 400, "ODataError", /firstSeen/],
  ["/api/vulnerabilities/machinesVulnerabilities?$filter=cveIds%20eq%20'x'", 400, "ODataError", /cveIds/],
  ["/api/machines/SoftwareVulnerabilityChangesByMachine", 400, "MissingRequiredParameter", /sinceTime/],
  ["/api/machines/SoftwareVulnerabilityChangesByMachine?sinceTime=2026-03-01", 400, "InvalidInput", /14 days/],
  ["/api/machines/SoftwareVulnerabilitiesExport?sasValidHours=7", 400, "InvalidInput", /1 to 6/],
  ["/api/machines/{id}/alerts", 404, "NotFound", /./],
];

test.each(refused)("GET %s is refused with %i %s", async (line, status, code, message) => {
  const { json, ...answer } = await get(line);
  expect(answer).toMatchObject({ status, type: expect.stringContaining("json") });
  expect(json["error"]).toEqual({ code, message: expect.stringMatching(message), target: expect.stringMatching(/^[\w-]{36}$/) });
});

test("with $select a row has the members asked for, in that order", async () => {
  const { json } = await get("/api/machines?$select=id,computerDnsName,osPlatform&$top=1000");
  expect(JSON.stringify((json["value"] as object[])[0])).toBe(
    `{"id":"${idOf("1")}","computerDnsName":"mymachine1.contoso.example","osPlatform":"Windows10"}`,
  );
});

test("a count is a bare number behind a path, and a member where it is asked for", async () => {
  const { body } = await askRaw(server.origin, "/api/machines/$count?$filter=riskScore%20eq%20'High'", {
    Authorization: `Bearer ${token}`,
  });
  expect(body.toString()).toBe("3");
  expect((await get("/api/machines?$count=true&$top=1")).json).toMatchObject({ "@odata.count": 6, value: [{}] });
});

test("$metadata is there for Power BI without a token, as XML", async () => {
  const { status, headers, body } = await askRaw(server.origin, "/api/$metadata");
  expect([status, headers["content-type"]]).toEqual([200, "application/xml; charset=utf-8"]);
  expect(body.toString()).toContain('<EntitySet Name="Machines"');
});
