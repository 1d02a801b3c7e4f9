import { rmSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fleetDevices, fleetDocuments, fleetTime, idOf } from "./a-fleet.ts";
import { type AskOptions, anInventory, aServer, type TestServer } from "./a-server.ts";
import { documentsFolder } from "./documents-folder.ts";

let server: TestServer;
/** Each test has a tenant to itself, and all have the same devices. */
let tenant = "";
const tenants = Array.from({ length: 60 }, (_, index) => `tenant-${index}`);
const documents = documentsFolder(fleetDocuments);
beforeAll(async () => {
  server = await aServer({ documents, now: () => new Date(fleetTime), tenants });
});
beforeEach(async () => {
  tenant = tenants.shift() ?? "";
  await server.ingest(fleetDevices, tenant);
});
afterAll(async () => {
  await server.close();
  rmSync(documents, { recursive: true });
});

const ask = (path: string, options: AskOptions = {}) => server.ask(path, { tenant, ...options });
const ingest = (devices: readonly object[]) => server.ingest(devices, tenant);
const one = `/api/machines/${idOf("1")}`;
const many = "/api/machines/AddOrRemoveTagForMultipleMachines";
const mayWrite = { roles: ["Machine.ReadWrite.All"] } as const satisfies AskOptions;
const post = (path: string, body: AskOptions["body"], more: AskOptions = {}) =>
  ask(path, { method: "POST", ...mayWrite, ...(body === undefined ? {} : { body }), ...more });
const patch = (path: string, body: object) => ask(path, { method: "PATCH", ...mayWrite, body });
const tagsOf = async (digit: string): Promise<readonly string[]> => (await ask(`/api/machines/${idOf(digit)}`)).json.machineTags;

test("a device has every documented member, in the order of live answers", async () => {
  const { json } = await ask(one);
  expect(json).toEqual({
    "@odata.context": `${server.origin}/api/$metadata#Machines/$entity`,
    id: idOf("1"),
    mergedIntoMachineId: null,
    isPotentialDuplication: false,
    isExcluded: false,
    exclusionReason: null,
    computerDnsName: "mymachine1.contoso.example",
    firstSeen: "2026-03-31T08:44:00.000Z",
    lastSeen: "2026-03-31T08:44:00.000Z",
    osPlatform: "Windows10",
    osVersion: null,
    osProcessor: "x64",
    version: "22H2",
    lastIpAddress: "10.248.240.38",
    lastExternalIpAddress: null,
    agentVersion: null,
    osBuild: 19045,
    healthStatus: "Active",
    deviceValue: "Normal",
    rbacGroupId: 0,
    rbacGroupName: null,
    riskScore: "High",
    exposureLevel: "Low",
    isAadJoined: null,
    aadDeviceId: null,
    machineTags: ["ExampleTag", "testTag"],
    defenderAvStatus: "NotSupported",
    onboardingStatus: "Onboarded",
    osArchitecture: "64-bit",
    managedBy: "Unknown",
    managedByStatus: "Unknown",
    ipAddresses: [{ ipAddress: "10.248.240.38", macAddress: null, type: "Other", operationalStatus: "Up" }],
    vmMetadata: null,
  });
});

test("a name that two devices have is not guessed", async () => {
  const twin = anInventory("pc-3", 5000, { deviceId: idOf("a") });
  await ingest([twin]);
  const { status, json } = await ask("/api/machines/pc-3");
  expect([status, json.error.code]).toEqual([400, "InvalidInput"]);
  expect((await ask(`/api/machines/${idOf("a").toUpperCase()}`)).json.id).toBe(idOf("a"));
});

describe("tags", () => {
  test("are added and removed, and the answer is the device", async () => {
    const added = await post(`${one}/tags`, { Value: "test Tag 2", Action: "Add" });
    expect(added).toMatchObject({ status: 200, json: { id: idOf("1"), machineTags: ["test Tag 2", "ExampleTag", "testTag"] } });
    expect(added.json["@odata.context"]).toMatch(/#Machines\/\$entity$/);
    await post(`${one}/tags`, { Value: "ExampleTag", Action: "Remove" });
    expect(await tagsOf("1")).toEqual(["test Tag 2", "testTag"]);
    const found = await ask("/api/machines/findbytag?tag=test%20Tag&useStartsWithFilter=true");
    expect(found.json.value).toMatchObject([{ id: idOf("1") }]);
    expect((await ask("/api/machines/findbytag?tag=ExampleTag")).json.value).toEqual([]);
  });

  test("stay as people set them when the device reports again", async () => {
    await post(`${one}/tags`, { Value: "new", Action: "Add" });
    await post(`${one}/tags`, { Value: "ExampleTag", Action: "Remove" });
    await ingest([{ ...(fleetDevices[0] as object), collectedAt: "2026-03-31T09:00:00Z" }]);
    expect(await tagsOf("1")).toEqual(["new", "testTag"]);
  });

  test.each([
    { value: "a", action: "add" },
    { VALUE: "a", ACTION: "ADD" },
    { Value: " a ", Action: "Add", more: 1 },
  ])("are given by members in any letter case: %o", async (body) => {
    expect((await post(`${one}/tags`, body)).status).toBe(200);
    expect(await tagsOf("1")).toContain("a");
  });

  test("are given to a device by its name and in parentheses too", async () => {
    expect((await post("/api/machines/PC-3/tags", { Value: "a", Action: "Add" })).json.id).toBe(idOf("3"));
    expect((await post(`/api/Machines('${idOf("4")}')/Tags`, { Value: "a", Action: "Add" })).json.machineTags).toContain("a");
  });

  test("put a device into a group", async () => {
    const { json } = await post(`${one}/tags`, { Value: "group:g-thflln", Action: "Add" });
    expect(json).toMatchObject({ rbacGroupId: 1234, rbacGroupName: "g-thflln" });
  });

  const wrong: readonly (readonly [what: string, body: AskOptions["body"], more: AskOptions, status: number, code: string])[] = [
    ["no tag", { Action: "Add" }, {}, 400, "InvalidRequestBody"],
    ["a tag of nothing", { Value: "  ", Action: "Add" }, {}, 400, "InvalidRequestBody"],
    ["a number", { Value: 7, Action: "Add" }, {}, 400, "InvalidRequestBody"],
    ["another action", { Value: "a", Action: "Replace" }, {}, 400, "InvalidRequestBody"],
    ["no object", [], {}, 400, "InvalidRequestBody"],
    ["no JSON", "{", { headers: { "Content-Type": "application/json" } }, 400, "InvalidRequestBody"],
    ["a form", "Value=a", { headers: { "Content-Type": "application/x-www-form-urlencoded" } }, 415, "UnsupportedMediaType"],
    ["the role to read", { Value: "a", Action: "Add" }, { roles: ["Machine.Read.All"] }, 403, "Forbidden"],
    ["another tenant", { Value: "a", Action: "Add" }, { tenant: "default" }, 404, "ResourceNotFound"],
  ];

  test.each(wrong)("%s: nothing is changed", async (_what, body, more, status, code) => {
    const answer = await post(`${one}/tags`, body, more);
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
    expect(await tagsOf("1")).toEqual(["ExampleTag", "testTag"]);
  });
});

describe("tags of many devices", () => {
  test("are changed together, and the answer is the devices", async () => {
    const ids = [idOf("3"), idOf("1").toUpperCase(), idOf("3")];
    const added = await post(many, { Value: "both", Action: "Add", MachineIds: ids });
    expect(added).toMatchObject({ status: 200, json: { value: [{ id: idOf("1") }, { id: idOf("3") }] } });
    expect(added.json["@odata.context"]).toMatch(/#Machines$/);
    expect(added.json.value[1].machineTags).toContain("both");
    await post(many.toLowerCase(), { value: "both", action: "remove", machineids: [idOf("1")] });
    const { json } = await ask("/api/machines/findbytag?tag=both");
    expect(json.value).toMatchObject([{ id: idOf("3") }]);
  });

  test("500 at once are taken, 501 are too many", async () => {
    const devices = Array.from({ length: 501 }, (_, index) => anInventory(`many-${index}`, 5000));
    await ingest(devices);
    const rows = (await ask("/api/machines?$filter=startswith(computerDnsName,'many-')")).json.value;
    const ids = rows.map(({ id }: { id: string }) => id);
    const taken = await post(many, { Value: "t", Action: "Add", MachineIds: ids.slice(0, 500) });
    expect([taken.status, taken.json.value.length]).toEqual([200, 500]);
    const refused = await post(many, { Value: "u", Action: "Add", MachineIds: ids });
    expect(refused).toMatchObject({ status: 400, json: { error: { code: "MaximumBatchSizeExceeded" } } });
    expect((await ask("/api/machines/findbytag?tag=u")).json.value).toEqual([]);
  });

  const wrong: readonly (readonly [what: string, ids: unknown, status: number, code: string])[] = [
    ["one unknown id", [idOf("1"), idOf("0"), idOf("3")], 404, "ResourceNotFound"],
    ["a name in place of an id", [idOf("1"), "pc-3"], 404, "ResourceNotFound"],
    ["a number in place of an id", [idOf("1"), 3], 400, "InvalidRequestBody"],
    ["no list", idOf("1"), 400, "InvalidRequestBody"],
    ["no member", undefined, 400, "InvalidRequestBody"],
  ];

  test.each(wrong)("%s: no device is changed", async (_what, MachineIds, status, code) => {
    const answer = await post(many, { Value: "t", Action: "Add", MachineIds });
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
    expect((await ask("/api/machines/findbytag?tag=t")).json.value).toEqual([]);
  });

  test("of no device at all are no trouble", async () => {
    expect(await post(many, { Value: "t", Action: "Add", MachineIds: [] })).toMatchObject({ status: 200, json: { value: [] } });
  });
});

describe("the value and the tags of a device", () => {
  test("are set by PATCH, the value alone too", async () => {
    const { json } = await patch(one, { machineTags: ["a", "b"], deviceValue: "High" });
    expect(json).toMatchObject({ deviceValue: "High", machineTags: ["a", "b"] });
    expect((await patch(one, { DeviceValue: "low" })).json).toMatchObject({ deviceValue: "Low", machineTags: ["a", "b"] });
    expect((await patch(one, { machineTags: [] })).json).toMatchObject({ deviceValue: "Low", machineTags: [] });
  });

  test.each([{ DeviceValue: "High" }, { devicevalue: "High" }, { deviceValue: "HIGH" }])("are set by setDeviceValue: %o", async (body) => {
    expect(await post(`${one}/setDeviceValue`, body)).toMatchObject({ status: 200, json: { id: idOf("1"), deviceValue: "High" } });
    const { json } = await ask("/api/machines?$filter=deviceValue eq 'High'");
    expect(json.value).toMatchObject([{ id: idOf("1") }]);
  });

  const wrong: readonly (readonly [method: "PATCH" | "POST", path: string, body: object, status: number])[] = [
    ["PATCH", one, {}, 400],
    ["PATCH", one, { deviceValue: "Highest" }, 400],
    ["PATCH", one, { machineTags: "a" }, 400],
    ["PATCH", one, { machineTags: ["a", 1] }, 400],
    ["PATCH", `/api/machines/${idOf("0")}`, { deviceValue: "High" }, 404],
    ["POST", `${one}/setDeviceValue`, { DeviceValue: null }, 400],
    ["POST", `${one}/setDeviceValue`, {}, 400],
    ["POST", `/api/machines/${idOf("0")}/setDeviceValue`, { DeviceValue: "High" }, 404],
  ];

  test.each(wrong)("%s %s with %o is refused with a word about it", async (method, path, body, status) => {
    const answer = await ask(path, { method, ...mayWrite, body });
    const code = status === 404 ? "ResourceNotFound" : "InvalidRequestBody";
    expect(answer).toMatchObject({ status, json: { error: { code, message: expect.stringMatching(/\w/) } } });
    expect((await ask(one)).json).toMatchObject({ deviceValue: "Normal", machineTags: ["ExampleTag", "testTag"] });
  });
});
