import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documentsOfSheets } from "../golden/fact-sheets.ts";
import { sharedFile } from "../shared-data.ts";
import { aServer, type TestServer } from "./a-server.ts";
import { documentsFolder } from "./documents-folder.ts";

/** The row of Microsoft's reference page, byte for byte; live answers have `osBuild` behind the name as well. */
const sampleRow =
  '{"id":"4540673","name":"March 2020 Security Updates","productsNames":["windows_10","edge","internet_explorer"],' +
  '"url":"https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB4540673","machineMissedOn":1,"cveAddressed":97}';
const liveRow = sampleRow.replace('"productsNames"', '"osBuild":18363,"productsNames"');

const deviceId = "2339ad14a01bd0299afb93dfa2550136057bff96";
const seedDevice = {
  schema: "patchgap.inventory/1",
  deviceName: "seed",
  deviceId,
  collectedAt: "2020-03-11T08:15:00Z",
  os: {
    caption: "Microsoft Windows 10 Pro",
    version: "10.0.18363",
    build: 18363,
    ubr: 657,
    displayVersion: "1909",
    installationType: "Client",
    architecture: "x64",
  },
  installedKbs: ["KB4532693", "KB4537759", "KB4524244", "KB4532938"],
};

const sheets = documentsFolder(documentsOfSheets());
afterAll(() => rmSync(sheets, { recursive: true }));
const microsofts = sharedFile("data/msrc-cvrf");

describe.each([
  ["our own documents", sheets],
  ["Microsoft's own documents (skipped where ../shared is absent)", microsofts],
])("on %s", (_name, documents) => {
  let server: TestServer;
  beforeAll(async () => {
    if (documents === undefined) return;
    server = await aServer({ documents, now: () => new Date("2020-03-11T12:00:00Z") });
    await server.ingest([seedDevice]);
  });
  afterAll(() => server?.close());

  test.skipIf(documents === undefined)("the seed's request gets the seed's response, byte for byte", async () => {
    const answer = await server.ask(`/api/machines/${deviceId}/getmissingkbs`, { roles: ["Software.Read.All"] });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toContain("application/json");
    const context = `"@odata.context":"${server.origin}/api/$metadata#Collection(microsoft.windowsDefenderATP.api.PublicProductFixDto)"`;
    expect(answer.text).toBe(`{${context},"value":[${liveRow}]}`);
    const { osBuild, ...documented } = answer.json.value[0];
    expect(osBuild).toBe(18363);
    expect(JSON.stringify(documented)).toBe(sampleRow);
  });

  test.skipIf(documents === undefined)("the sibling for Edge counts Edge's CVEs", async () => {
    const { status, json } = await server.ask("/api/Software/microsoft-_-edge/getmissingkbs", { roles: ["Software.Read.All"] });
    expect(status).toBe(200);
    expect(json["@odata.context"]).toMatch(/#Collection\(microsoft\.windowsDefenderATP\.api\.PublicProductFixDto\)$/);
    const { osBuild: _, ...row } = json.value[0];
    expect(json.value).toHaveLength(1);
    expect(row).toEqual({ ...JSON.parse(sampleRow), productsNames: ["edge"], cveAddressed: 14 });
  });

  test.skipIf(documents === undefined)("a list of the fleet tells the same", async () => {
    const [totals, bulk] = await Promise.all(
      ["/api/missingupdates", "/api/machines/MissingKbsByMachine"].map(async (path) => (await server.ask(path)).json.value),
    );
    expect(totals).toMatchObject([{ id: "4540673", machineMissedOn: 1, cveAddressed: 97, distinctCves: 95 }]);
    expect(bulk).toMatchObject([{ deviceId, recommendedSecurityUpdateId: "4540673", cveAddressed: 97, status: "assessed" }]);
  });

  test.skipIf(documents === undefined)("a device of 240 that miss it counts for the software, and not for the device", async () => {
    const others = Array.from({ length: 239 }, (_, index) => ({ ...seedDevice, deviceName: `pc-${index}`, deviceId: undefined }));
    await server.ingest(others);
    const of = async (path: string) => (await server.ask(path)).json.value[0].machineMissedOn;
    expect(await of(`/api/machines/${deviceId}/getmissingkbs`)).toBe(1);
    expect(await of("/api/software/microsoft-_-edge/getmissingkbs")).toBe(240);
  });
});
