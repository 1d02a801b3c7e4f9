import { afterAll, beforeAll, expect, test } from "vitest";
import { anInventory, aServer, type TestServer } from "./a-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await aServer();
});
afterAll(() => server.close());

test("a device that was posted can be asked for at once", async () => {
  const posted = await server.ask("/api/inventories", { method: "POST", body: anInventory("pc-1", 2965) });
  expect(posted).toMatchObject({ status: 200, json: { counts: { new: 1 }, value: [{ deviceName: "pc-1", outcome: "new" }] } });
  const { deviceId } = posted.json.value[0];
  const missing = await server.ask(`/api/machines/${deviceId}/getmissingkbs`);
  expect(missing).toMatchObject({ status: 200, json: { value: [{ id: "5078885", osBuild: 19045, productsNames: ["windows_10"] }] } });
  expect((await server.ask("/api/machines")).json.value).toMatchObject([
    { id: deviceId, computerDnsName: "pc-1", osPlatform: "Windows10" },
  ]);
});

test("a device that another process stored is in the list", async () => {
  await server.ingest([anInventory("pc-2", 6937)]);
  const { json } = await server.ask("/api/machines?$filter=computerDnsName eq 'pc-2'".replaceAll(" ", "%20"));
  expect(json.value).toMatchObject([{ computerDnsName: "pc-2", exposureLevel: "Low" }]);
});
