import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { examiner } from "../../src/domain/assessment/examine.ts";
import { explainer } from "../../src/domain/assessment/explain.ts";
import { idOf } from "./a-fleet.ts";
import { anInventory, aServer, type TestServer } from "./a-server.ts";
import { type DirectAnswers, directAnswers, type Reported, sampleFleet } from "./fleet-at-work.ts";

interface FleetMachine {
  readonly id: string;
  readonly computerDnsName: string;
  readonly missingUpdates: number | null;
}

/** The sample's devices counted one by one, against what is counted by inventories. */
let server: TestServer;
let direct: DirectAnswers;
const fleet = sampleFleet();
beforeAll(async () => {
  server = await aServer();
  await server.ingest(fleet);
  direct = await directAnswers(server.store);
});
afterAll(() => server.close());

const stateOf = (device: Reported): string => {
  const { status, missing } = direct.examine(device).assessment;
  if (status !== "assessed") return status;
  return missing?.length === 0 ? "current" : "behind";
};
const grades = ["Low", "Moderate", "Important", "Critical"];
const worstOf = (device: Reported): string | null => {
  const ranks = (direct.examine(device).assessment.missing ?? []).map(({ severity }) => grades.indexOf(severity ?? ""));
  return grades[Math.max(-1, ...ranks)] ?? null;
};
const count = (is: (device: Reported) => boolean): number => fleet.filter(is).length;

test("figures are those of a naive count", async () => {
  const { json } = await server.ask("/api/fleet");
  const states = ["current", "behind", "unknown", "unsupported"];
  const expected = Object.fromEntries(states.map((state) => [state, count((device) => stateOf(device) === state)]));
  expect(json).toMatchObject({
    ...expected,
    total: fleet.length,
    pendingRestart: count((device) => direct.examine(device).assessment.pendingRestart),
    knowledge: { newest: "2026-Mar", documents: 5, absent: [] },
  });
  for (const state of states) expect([state, expected[state]]).not.toEqual([state, 0]);
});

describe("devices with how they stand", () => {
  const ask = async (query: string): Promise<{ value: readonly FleetMachine[]; total: number }> => {
    const { json } = await server.ask(`/api/fleet/machines?$count=true${query}`);
    return { value: json.value, total: json["@odata.count"] };
  };

  test("each device is told as it is", async () => {
    const { value, total } = await ask("");
    expect(total).toBe(fleet.length);
    const told = new Map(value.map((row) => [row.computerDnsName, row]));
    for (const device of fleet) {
      const { missing } = direct.examine(device).assessment;
      expect(told.get(device.deviceName)).toMatchObject({
        status: stateOf(device),
        missingUpdates: missing?.length ?? null,
        severity: worstOf(device),
        exploited: missing?.some(({ exploited }) => exploited) ?? false,
      });
    }
  });

  test.each(["current", "behind", "unknown", "unsupported"])("status=%s leaves these and no others", async (status) => {
    const { value, total } = await ask(`&status=${status}`);
    const expected = fleet.filter((device) => stateOf(device) === status).map(({ deviceName }) => deviceName);
    expect(value.map((row) => row.computerDnsName).sort()).toEqual(expected.sort());
    expect(total).toBe(expected.length);
  });

  test("severity, KB and a filter come together", async () => {
    const kb = (await server.ask("/api/missingupdates?$orderby=machineMissedOn desc&$top=1")).json.value[0].id;
    const { total } = await ask(`&severity=Important&kb=KB${kb}&$filter=contains(computerDnsName,'-par-')`);
    const has = (device: Reported): boolean => direct.examine(device).assessment.missing?.some(({ id }) => id === kb) ?? false;
    expect(total).toBe(count((device) => worstOf(device) === "Important" && has(device) && device.deviceName.includes("-par-")));
    expect(total).toBeGreaterThan(0);
  });

  test.each([
    ["missing", -1],
    ["-missing", 1],
  ])("rankBy=%s goes by what is missing, page by page, and what nobody knows is last", async (rankBy, sign) => {
    const pages = await Promise.all(
      [0, 70, 140, 210, 280].map((skip) => ask(`&rankBy=${rankBy}&$orderby=computerDnsName&$top=70&$skip=${skip}`)),
    );
    const rows = pages.flatMap(({ value }) => value);
    expect(new Set(rows.map((row) => row.id)).size).toBe(fleet.length);
    const ranks = rows.map((row) => (row.missingUpdates === null ? Number.POSITIVE_INFINITY : sign * row.missingUpdates));
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    const names = rows.filter((row) => row.missingUpdates === 1).map((row) => row.computerDnsName.toLowerCase());
    expect(names).toEqual([...names].sort());
  });

  test("ranked devices without $top are all on one page", async () => {
    const { json } = await server.ask("/api/fleet/machines?status=behind&rankBy=severity");
    expect(json.value).toHaveLength(count((device) => stateOf(device) === "behind"));
  });

  test.each(["status=gone", "severity=Awful", "kb=none", "rankBy=name"])("%s is refused", async (query) => {
    const { status, json } = await server.ask(`/api/fleet/machines?${query}`);
    expect([status, json.error.code]).toEqual([400, "BadRequest"]);
  });
});

test("patch ages count every device once, under its group", async () => {
  const { value } = (await server.ask("/api/fleet/patchage")).json;
  const ages = ["current", "days7", "days30", "days60", "days90", "older", "unknown", "unsupported"];
  const sum = (names: readonly string[]): number =>
    value.reduce((all: number, row: Record<string, number>) => all + names.reduce((part, name) => part + (row[name] ?? 0), 0), 0);
  expect(sum(ages)).toBe(fleet.length);
  expect(sum(["devices"])).toBe(fleet.length);
  expect(sum(["current"])).toBe(count((device) => stateOf(device) === "current"));
  const ofParis = value.find(({ rbacGroupName }: { rbacGroupName: string }) => rbacGroupName === "Paris");
  const groupOf = ({ tags = [] }: Reported): string | undefined => tags.filter((tag) => tag.startsWith("group:")).sort()[0];
  expect(ofParis.devices).toBe(count((device) => groupOf(device) === "group:Paris"));
});

test("exposure by day is what each device had reported by then, under what was published by then", async () => {
  // Until all days are counted the answer says that they are being.
  await expect.poll(async () => (await server.ask("/api/fleet/exposure")).json.state, { timeout: 60_000 }).toBe("counted");
  const { json } = await server.ask("/api/fleet/exposure");
  for (const { day, devices, behind, assessed } of json.value.filter((_: unknown, index: number) => index % 9 === 0)) {
    const there = fleet.filter(({ collectedAt }) => collectedAt.slice(0, 10) <= day);
    const examine = examiner(direct.catalog, { asOf: day });
    const missing = there.map((device) => examine(inventoryOf(device)).assessment.missing);
    expect({ day, devices, assessed, behind }).toEqual({
      day,
      devices: there.length,
      assessed: missing.filter((list) => list !== null).length,
      behind: missing.filter((list) => list !== null && list.length > 0).length,
    });
  }
  expect(json.value.length).toBeGreaterThan(20);
  expect(json.value.at(-1).day).toBe("2026-03-31");
});

/** As far as the rule looks at it. */
function inventoryOf({ os, installedKbs, software = [], ...more }: Reported) {
  const kbs = installedKbs?.map((kb) => kb.replace(/^KB/i, "")) ?? null;
  const extra = more as { msiPatchKbs?: readonly string[] | null; pendingRestart?: boolean };
  const msiPatchKbs = extra.msiPatchKbs?.map((kb) => kb.replace(/^KB/i, "")) ?? null;
  const [, version] = /^(\d+\.\d+)/.exec(String(os["version"] ?? "")) ?? [];
  return {
    ...{
      deviceName: "",
      tags: [],
      ipAddresses: [],
      notes: [],
      installedKbs: kbs,
      msiPatchKbs,
      pendingRestart: extra.pendingRestart ?? false,
    },
    software: software as readonly { readonly name: string }[],
    os: { ...os, ...(version === undefined ? {} : { version }) } as object,
  };
}

describe("one device", () => {
  const name = "goes-along";
  beforeAll(async () => {
    const at = (collectedAt: string, ubr: number): object => anInventory(name, ubr, { deviceId: idOf("a"), collectedAt });
    await server.ingest([at("2026-02-05T08:00:00Z", 6809), at("2026-02-20T08:00:00Z", 6937), at("2026-03-20T08:00:00Z", 7058)]);
  });

  test("its history says when it fell behind and caught up", async () => {
    const { value } = (await server.ask(`/api/machines/${name}/history`)).json;
    const told = value.map(({ at, event, status, opened, closed }: Record<string, unknown>) => [
      String(at).slice(0, 10),
      event,
      status,
      opened,
      closed,
    ]);
    expect(told).toEqual([
      ["2026-03-20", "reported", "current", [], ["5078885"]],
      ["2026-03-10", "released", "behind", ["5078885"], []],
      ["2026-02-20", "reported", "current", [], ["5075912"]],
      ["2026-02-10", "released", "behind", ["5075912"], []],
      ["2026-02-05", "reported", "current", [], []],
    ]);
  });

  test("what is satisfied is what is explained as satisfied, and nothing that is missing", async () => {
    for (const device of fleet.filter((each) => stateOf(each) === "behind").slice(0, 5)) {
      const { machineId, value } = (await server.ask(`/api/machines/${device.deviceName}/satisfiedupdates`)).json;
      const missing = (await server.ask(`/api/machines/${machineId}/getmissingkbs`)).json.value.map(({ id }: { id: string }) => id);
      const ids = value.map(({ id }: { id: string }) => id);
      expect(ids.filter((id: string) => missing.includes(id))).toEqual([]);
      const { inventory } = (await server.ask(`/api/machines/${machineId}/inventory`)).json;
      const explained = explainer(direct.catalog, { asOf: "2026-03-31" })(inventory, ids);
      expect(value.map(({ why }: { why: string }) => ["satisfied", why])).toEqual(explained.map(({ verdict, why }) => [verdict, why]));
    }
    const { value } = (await server.ask(`/api/machines/${name}/satisfiedupdates`)).json;
    expect(value[0]).toMatchObject({ id: "5078885", why: expect.stringContaining("19045.7058") });
  });

  test("its inventory is what was sent", async () => {
    const { json } = await server.ask(`/api/machines/${name}/inventory`);
    expect(json).toMatchObject({
      machineId: idOf("a"),
      inventory: { deviceName: name, os: { build: 19045, ubr: 7058 }, installedKbs: [] },
    });
  });

  test("what cannot be assessed at all has nothing that is satisfied", async () => {
    for (const device of fleet.filter((each) => stateOf(each) === "unsupported")) {
      const { status, json } = await server.ask(`/api/machines/${device.deviceName}/satisfiedupdates`);
      expect([status, json.error.code]).toEqual([404, "ResourceNotFound"]);
    }
  });
});

test("an update is told with its chain, and every step leads on", async () => {
  const { json } = await server.ask("/api/updates/KB5075912");
  expect(json).toMatchObject({ id: "5075912", releasedOn: "2026-02-10" });
  const steps = new Map<string, number>(json.chain.map(({ id, step }: { id: string; step: number }) => [id, step]));
  expect(steps.get("5075912")).toBe(0);
  expect(steps.get("5078885")).toBe(1);
  for (const { id, step, supersedes } of json.chain) {
    if (step > 0) expect([id, supersedes.some((former: string) => steps.get(former) === step - 1)]).toEqual([id, true]);
    expect(Math.abs(step)).toBeLessThanOrEqual(3);
  }
  const { json: missed } = await server.ask("/api/missingupdates/5078885");
  expect(json.chain.find(({ id }: { id: string }) => id === "5078885").machineMissedOn).toBe(missed.machineMissedOn);
  expect(json.products.length).toBeGreaterThan(0);
  expect(json.cves.length).toBeGreaterThan(0);
  expect((await server.ask("/api/updates/1234567")).status).toBe(404);
});
