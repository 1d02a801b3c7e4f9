import { rmSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fleetDevices, fleetDocuments, fleetTime, idOf } from "./a-fleet.ts";
import { anInventory, aServer, type TestServer } from "./a-server.ts";
import { askRaw } from "./ask-raw.ts";
import { documentsFolder } from "./documents-folder.ts";

/** What public clients of Defender's API break on when it is missing. */

type Row = Record<string, unknown>;

const clock = { now: new Date(fleetTime) };
const defender = "https://api.securitycenter.microsoft.com";
let server: TestServer;
const documents = documentsFolder(fleetDocuments);
beforeAll(async () => {
  server = await aServer({ documents, now: () => clock.now, settings: { publicUrl: ["https://patchgap.example", defender] } });
  // ids of their own making, at patch levels that take turns
  const others = Array.from({ length: 50 }, (_, index) => anInventory(`pc-${index}`, [5000, 6937, 7058][index % 3] as number));
  await server.ingest([...fleetDevices, ...others]);
});
afterAll(async () => {
  await server.close();
  rmSync(documents, { recursive: true });
});

/** All pages, as a client walks through them; each link is as it came. */
async function walk(path: string, host?: string): Promise<{ readonly rows: readonly Row[]; readonly links: readonly string[] }> {
  const rows: Row[] = [];
  const links: string[] = [];
  const headers = { Authorization: `Bearer ${await server.token()}`, ...(host === undefined ? {} : { Host: host }) };
  for (let next: string | undefined = path; next !== undefined && links.length < 100; ) {
    const { status, body } = await askRaw(server.origin, next, headers);
    expect(status, body.toString()).toBe(200);
    const page = JSON.parse(body.toString("utf8"));
    expect(Array.isArray(page.value)).toBe(true);
    rows.push(...page.value);
    const link: string | undefined = page["@odata.nextLink"];
    if (link !== undefined) links.push(link);
    else expect(page).not.toHaveProperty("@odata.nextLink");
    next = link?.replace(/^https?:\/\/[^/]+/, "");
  }
  expect(new Set(links).size).toBe(links.length);
  return { rows, links };
}

const ids = (rows: readonly Row[]): readonly unknown[] => rows.map((row) => row["id"]);

const walked: readonly (readonly [path: string, pages: number])[] = [
  ["/api/machines?pageSize=20", 3],
  ["/api/v1.0/Machines?pagesize=20", 3],
  ["/api/machines?$filter=riskScore%20eq%20'High'&$orderby=lastSeen%20desc&pageSize=7", 3],
  ["/api/machines?$select=id&pageSize=28", 2],
  ["/api/machines/findbytag?tag=testTag&useStartsWithFilter=True&pageSize=1", 2],
  ["/api/vulnerabilities?$orderby=id&pageSize=3", 2],
  ["/api/Vulnerabilities/machinesVulnerabilities?$orderby=machineId&pageSize=40", 3],
  ["/api/machines/SoftwareVulnerabilitiesByMachine?pageSize=40", 3],
  ["/api/machines/SoftwareInventoryByMachine?pageSize=56", 2],
  ["/api/machines/MissingKbsByMachine?pageSize=10", 4],
  ["/api/software/microsoft-_-windows_10/machineReferences?pageSize=30", 2],
  ["/api/missingupdates/5078885/machines?pageSize=30", 2],
];

test.each(walked)("%s: %i pages, linked at the same host and path, hold every row once", async (path, pages) => {
  const { rows, links } = await walk(path, "api.securitycenter.microsoft.com");
  expect(links).toHaveLength(pages - 1);
  const [called] = path.split("?");
  for (const link of links) expect(link.startsWith(`${defender}${called}?`), link).toBe(true);
  const whole = (await server.ask(path.replace(/&?pageSize=\d+/i, ""))).json;
  expect(ids(rows)).toEqual(ids(whole.value));
  expect(new Set(ids(rows)).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThan(0);
});

test.each([
  ["api.securitycenter.microsoft.com", defender],
  ["API.SecurityCenter.Microsoft.com:443", defender],
  ["patchgap.example", "https://patchgap.example"],
  ["evil.example", "https://patchgap.example"],
])("whoever calls %s is answered in the name of %s", async (host, origin) => {
  const headers = { Authorization: `Bearer ${await server.token()}`, Host: host };
  const { body } = await askRaw(server.origin, "/api/machines?pageSize=1", headers);
  const page = JSON.parse(body.toString());
  expect(page["@odata.context"]).toBe(`${origin}/api/$metadata#Machines`);
  expect(page["@odata.nextLink"].startsWith(`${origin}/api/machines?pagesize=1&$skiptoken=`)).toBe(true);
});

const spelt: readonly (readonly [path: string, as: string])[] = [
  ["/api/v1.0/machines?$top=3", "/api/machines?$top=3"],
  ["/API/V1.0/MACHINES?$top=3", "/api/machines?$top=3"],
  ["/api/machines/?$top=3", "/api/machines?$top=3"],
  ["/api/machines%20?$top=3", "/api/machines?$top=3"],
  ["/api/machines?$top=3%20", "/api/machines?$top=3"],
  ["/api/machines?$TOP=3", "/api/machines?$top=3"],
  ["/api/machines?top=3", "/api/machines?$top=3"],
  ["/api/machines?Top=3&Skip=1", "/api/machines?$top=3&$skip=1"],
  ["/api/machines?%24Select=ID&$OrderBy=Id%20DESC&$Top=2", "/api/machines?$select=id&$orderby=id%20desc&$top=2"],
  ["/api/machines?$FILTER=RISKSCORE%20EQ%20'High'", "/api/machines?$filter=riskScore%20eq%20'High'"],
  ["/api/MACHINES/FindByTag?TAG=testTag&USESTARTSWITHFILTER=TRUE", "/api/machines/findbytag?tag=testTag&useStartsWithFilter=true"],
  ["/api/machines/{id}/getmissingkbs/", "/api/machines/{id}/getmissingkbs"],
  ["/api/machines/{id}/getmissingkbs%20", "/api/machines/{id}/getmissingkbs"],
  ["/api/machines/{id}/GetMissingKbs", "/api/machines/{id}/getmissingkbs"],
  ["/api/machines('{id}')/getmissingkbs", "/api/machines/{id}/getmissingkbs"],
  ["/api/Machines(%27{id}%27)/getmissingkbs", "/api/machines/{id}/getmissingkbs"],
  ["/api/Machines%28%27{id}%27%29/getmissingkbs", "/api/machines/{id}/getmissingkbs"],
  ["/api/software('microsoft-_-windows_10')/getmissingkbs", "/api/Software/microsoft-_-windows_10/getmissingkbs"],
  ["/api/SOFTWARE/Microsoft-_-Windows_10/getmissingkbs", "/api/Software/microsoft-_-windows_10/getmissingkbs"],
  ["/api/vulnerabilities('CVE-2019-0608')/machineReferences", "/api/vulnerabilities/CVE-2019-0608/machinereferences"],
  ["/api/machines/findbyip(IP='10.248.240.38',Timestamp=2026-03-31T08:44:05Z)", "/api/machines?$filter=id%20eq%20'{id}'"],
  ["/api/machines/findbyip(ip=%2710.248.240.38%27,timestamp=2026-03-31T10:44:05+02:00)", "/api/machines?$filter=id%20eq%20'{id}'"],
  ["/api/machines/softwarevulnerabilitiesbymachine?PAGESIZE=3000", "/api/machines/SoftwareVulnerabilitiesByMachine?pageSize=3000"],
  [
    "/api/machines/SoftwareVulnerabilityChangesByMachine?sincetime=2026-03-30&pagesize=9000",
    "/api/machines/SoftwareVulnerabilityChangesByMachine?pageSize=9000&sinceTime=2026-03-30T00%3A00%3A00Z",
  ],
];

test.each(spelt)("%s is %s", async (path, as) => {
  const headers = { Authorization: `Bearer ${await server.token()}` };
  const [given, expected] = await Promise.all(
    [path, as].map(async (line) => JSON.parse((await askRaw(server.origin, line.replace("{id}", idOf("1")), headers)).body.toString())),
  );
  expect(given.value).toEqual(expected.value);
  expect(given.value.length).toBeGreaterThan(0);
});

test("every device has an id of 40 digits and small letters, whether it brought one or not", async () => {
  const { json } = await server.ask("/api/machines");
  expect(json.value).toHaveLength(56);
  for (const { id } of json.value) expect(id).toMatch(/^[a-z0-9]{40}$/);
});

test.each(["/api/machines", "/api/vulnerabilities/machinesVulnerabilities", "/api/machines/SoftwareVulnerabilitiesByMachine"])(
  "ten windows at once of %s fit together",
  async (path) => {
    const whole = (await server.ask(path)).json.value;
    const size = Math.ceil(whole.length / 10);
    const windows = await Promise.all(
      Array.from({ length: 10 }, (_, index) => server.ask(`${path}?$top=${size}&$skip=${index * size}`).then(({ json }) => json)),
    );
    for (const window of windows) expect(window).not.toHaveProperty("@odata.nextLink");
    expect(windows.flatMap(({ value }) => ids(value))).toEqual(ids(whole));
    expect((await server.ask(`${path}?$top=${size}&$skip=${10 * size}`)).json.value).toEqual([]);
  },
);

test.each([
  ["/api/vulnerabilities/machinesVulnerabilities?$orderby=machineId&pageSize=17", "machineId"],
  ["/api/machines/SoftwareVulnerabilitiesByMachine?pageSize=17", "deviceId"],
])("the rows of a machine stand together: %s", async (path, property) => {
  const owners = (await walk(path)).rows.map((row) => row[property]);
  const changes = owners.filter((owner, index) => owner !== owners[index - 1]);
  expect(changes).toHaveLength(new Set(owners).size);
});

describe("export files", () => {
  const ask = (path: string, options = {}) => server.ask(path, options);

  test.each([
    ["SoftwareVulnerabilitiesExport?sasValidHours=2", "SoftwareVulnerabilitiesByMachine", 2],
    ["SoftwareVulnerabilitiesExport", "SoftwareVulnerabilitiesByMachine", 1],
    ["softwareinventoryexport?SASVALIDHOURS=6", "SoftwareInventoryByMachine", 6],
  ])("%s: gzip with a JSON object a line, the rows of %s, for %i hours and without a token", async (path, rows, hours) => {
    const { status, json } = await ask(`/api/machines/${path}`);
    expect(status).toBe(200);
    expect(json["@odata.context"]).toContain("#microsoft.windowsDefenderATP.api.ExportFilesResponse");
    expect(json.generatedTime).toBe(fleetTime);
    const found: Row[] = [];
    for (const link of json.exportFiles) {
      expect(link).toMatch(/\.json\.gz\?sv=.+&sig=/);
      expect(Date.parse(new URL(link).searchParams.get("se") ?? "") - clock.now.getTime()).toBe(hours * 3_600_000);
      // once as libraries ask, who unpack by themselves what is named gzip in the header; once as it is
      for (const accept of ["gzip, deflate, br", "identity"]) {
        const file = await askRaw(server.origin, new URL(link).pathname + new URL(link).search, { "Accept-Encoding": accept });
        expect([file.status, file.headers["content-encoding"]]).toEqual([200, undefined]);
        const lines = gunzipSync(file.body).toString("utf8").trimEnd().split("\n");
        if (accept === "identity") found.push(...lines.map((line) => JSON.parse(line)));
      }
    }
    // within a device, files have an order of their own
    const byId = found.sort((a, b) => (String(a["id"]) < String(b["id"]) ? -1 : 1));
    expect(byId).toEqual((await ask(`/api/machines/${rows}`)).json.value);
  });

  test("a fleet without devices has no files", async () => {
    const empty = await aServer({ documents, now: () => clock.now });
    expect((await empty.ask("/api/machines/SoftwareVulnerabilitiesExport")).json.exportFiles).toEqual([]);
    await empty.close();
  });

  const forgeries: readonly (readonly [what: string, forge: (link: string) => string])[] = [
    ["another signature", (link) => link.replace(/sig=./, (start) => (start.endsWith("A") ? "sig=B" : "sig=A"))],
    ["no signature", (link) => link.replace(/&sig=.*/, "")],
    ["a later end", (link) => link.replace("se=2026", "se=2036")],
    ["another file", (link) => link.replace(/.\.json\.gz/, (name) => (name.startsWith("f") ? "e.json.gz" : "f.json.gz"))],
    ["the other kind", (link) => link.replace("/vulnerabilities/", "/software/")],
    ["another tenant", (link) => link.replace(/exports\/[^/]+/, "exports/22222222-2222-4222-8222-222222222222")],
  ];

  test.each(forgeries)("%s is refused", async (_what, forge) => {
    const [link] = (await ask("/api/machines/SoftwareVulnerabilitiesExport")).json.exportFiles;
    const target = new URL(link).pathname + new URL(link).search;
    const answer = await ask(forge(target), { token: null });
    expect(answer).toMatchObject({ status: 403, json: { error: { code: "Forbidden", message: expect.any(String) } } });
    expect(answer.text).not.toContain("key time frame");
    expect((await ask(target, { token: null })).status).toBe(200);
  });

  test("one whose time is over is refused in the words that clients look for", async () => {
    const [link] = (await ask("/api/machines/SoftwareVulnerabilitiesExport?sasValidHours=1")).json.exportFiles;
    const target = new URL(link).pathname + new URL(link).search;
    clock.now = new Date(Date.parse(fleetTime) + 3_599_000);
    expect((await ask(target, { token: null })).status).toBe(200);
    clock.now = new Date(Date.parse(fleetTime) + 3_600_000);
    const answer = await ask(target, { token: null });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain("Signature not valid in the specified key time frame");
    clock.now = new Date(fleetTime);
  });
});

const errors: readonly (readonly [what: string, path: string, options: object, status: number, code: string])[] = [
  ["no such path", "/api/nothing", {}, 404, "NotFound"],
  ["no such path at all", "/", { method: "POST" }, 405, "MethodNotAllowed"],
  ["no such machine", "/api/machines/0", {}, 404, "ResourceNotFound"],
  ["no token", "/api/machines", { token: null }, 401, "Unauthorized"],
  ["no role", "/api/machines", { roles: [] }, 403, "Forbidden"],
  ["no such option", "/api/machines?$expand=x", {}, 400, "ODataError"],
  ["no body", "/api/machines/1/tags", { method: "POST", headers: { "Content-Type": "application/json" } }, 400, "InvalidRequestBody"],
];

test.each(errors)("an error (%s) is JSON with code, message and target, all texts", async (_what, path, options, status, code) => {
  const { headers, ...answer } = await server.ask(path, options);
  expect(answer.status).toBe(status);
  expect(headers.get("content-type")).toContain("application/json");
  expect(answer.json).toEqual({ error: { code, message: expect.stringMatching(/./), target: expect.stringMatching(/./) } });
});

test("lines of other years: an address a quarter of an hour before or after its moment", async () => {
  const then = await aServer({ documents, now: () => new Date("2019-09-22T09:00:00Z") });
  const seen = (name: string, collectedAt: string) => anInventory(name, 5000, { collectedAt, ipAddresses: ["10.248.240.38"] });
  await then.ingest([
    seen("about-then", "2019-09-22T08:30:05Z"),
    seen("too-early", "2019-09-22T08:29:04Z"),
    seen("other", "2019-09-22T08:44:05Z"),
    anInventory("elsewhere", 5000, { collectedAt: "2019-09-22T08:44:05Z", ipAddresses: ["10.248.240.3"] }),
  ]);
  const { json } = await then.ask("/api/machines/findbyip(ip='10.248.240.38',timestamp=2019-09-22T08:44:05Z)");
  expect(json.value.map(({ computerDnsName }: Row) => computerDnsName).sort()).toEqual(["about-then", "other"]);
  await then.close();
});

test("lines of other years: what opened and closed since a moment, in pages of five", async () => {
  const may = { id: "2021-May", initialRelease: "2021-05-11", vulnerabilities: fleetDocuments[0]?.vulnerabilities ?? [] };
  const folder = documentsFolder([may]);
  const time = { now: new Date("2021-05-18T12:00:00Z") };
  const then = await aServer({ documents: folder, now: () => time.now });
  const at = (name: string, ubr: number, collectedAt: string, digit: string) =>
    anInventory(name, ubr, { collectedAt, deviceId: idOf(digit) });
  await then.ingest([
    at("patched-since", 5000, "2021-05-18T08:00:00Z", "a"),
    at("still-open", 5000, "2021-05-18T08:00:00Z", "b"),
    at("rolled-back", 6937, "2021-05-18T08:00:00Z", "c"),
  ]);
  time.now = new Date("2021-05-20T12:00:00Z");
  await then.ingest([
    at("patched-since", 6937, "2021-05-20T08:00:00Z", "a"),
    at("rolled-back", 5000, "2021-05-20T08:00:00Z", "c"),
    at("new-here", 5000, "2021-05-20T08:00:00Z", "d"),
  ]);
  const line = "/api/machines/SoftwareVulnerabilityChangesByMachine?pageSize=5&sinceTime=2021-05-19T18%3A35%3A49.924Z";
  const rows: Row[] = [];
  let pages = 0;
  for (let next: string | undefined = line; next !== undefined; pages++) {
    const { json } = await then.ask(next);
    rows.push(...json.value);
    next = json["@odata.nextLink"];
    if (next !== undefined) expect(next).toContain("?pagesize=5&sincetime=2021-05-19T18:35:49.9240000Z&$skiptoken=");
  }
  expect(pages).toBe(2);
  const told = rows.map((row) => `${row["deviceName"]} ${row["status"]} ${row["cveId"]}`);
  const cves = ["CVE-2019-0608", "CVE-2021-1111", "CVE-2021-2222"];
  expect(told).toEqual(
    ["patched-since Fixed", "rolled-back New", "new-here New"].flatMap((device) => cves.map((cve) => `${device} ${cve}`)),
  );
  await then.close();
  rmSync(folder, { recursive: true });
});
