import { expect, test } from "vitest";
import { checkStored, Ledger } from "../../bench/chaos/ledger.ts";
import { Tally } from "../../bench/chaos/tally.ts";
import { judgeWalk, machinesWalk, missingKbsWalk, newestKb } from "../../bench/chaos/walker.ts";

const rules = (tally: Tally): readonly string[] => tally.violations.map(({ rule }) => rule);

/** Three devices with an acknowledged inventory each. */
function threeDevices() {
  const ledger = new Ledger();
  const devices = [0, 1, 3].map((number) => {
    while (ledger.size <= number) ledger.device(ledger.size);
    return ledger.device(number);
  });
  for (const device of devices) ledger.next(device, "changed").acknowledge();
  return { ledger, devices, before: new Map(devices.map((device) => [device, device.acknowledged])) };
}

test("an inventory is lost when an older one than the newest acknowledged is stored, and wrong when it was never sent", () => {
  const { ledger, devices } = threeDevices();
  const [device] = devices;
  if (device === undefined) throw new Error("no device");
  const first = device.acknowledged;
  const storedAs = (sent: typeof first) => ({
    collectedAt: new Date(sent?.at ?? 0).toISOString(),
    software: [{ version: `8.${sent?.mark}` }],
  });
  ledger.next(device, "changed").acknowledge();
  const second = device.acknowledged;
  ledger.next(device, "earlier").acknowledge();
  expect(device.acknowledged).toBe(second);
  const check = (sent: typeof first): readonly string[] => {
    const tally = new Tally();
    checkStored(device, device.acknowledged, storedAs(sent), tally);
    return rules(tally);
  };
  expect(check(second)).toEqual([]);
  expect(check(first)).toEqual(["an acknowledged check-in is lost"]);
  expect(check({ at: (second?.at ?? 0) + 5, mark: 1 })).toEqual(["what is stored is not what was sent"]);
});

test("a walk is wrong with two revisions, a device twice, one left out, one seen too early, or another month's update", () => {
  const { devices, before } = threeDevices();
  const [a, b, current] = devices;
  const machine = (device = a) => ({ id: device?.id, lastSeen: new Date(device?.acknowledged?.at ?? 0).toISOString() });
  const page = (value: readonly object[], revision = 1) => ({ revision, newestMonth: "2024-Mar", json: { value } });
  const found = (...pages: readonly ReturnType<typeof page>[]) => judgeWalk(machinesWalk, pages, before).map(([rule]) => rule);
  expect(found(page([machine(a), machine(b)]), page([machine(current)]))).toEqual([]);
  expect(found(page([machine(a), machine(b)]), page([machine(current)], 2))).toEqual(["a walk with two revisions in it"]);
  expect(found(page([machine(a), machine(b), machine(current), machine(a)]))).toEqual(["a walk with a device twice"]);
  expect(found(page([machine(a), machine(current)]))).toEqual(["a walk that left a device out"]);
  const early = { ...machine(b), lastSeen: "2020-01-01T00:00:00Z" };
  expect(found(page([machine(a), early, machine(current)]))).toEqual(["a wrong row in a walk"]);
  const missing = (device = a, month = "2024-Mar") => ({
    deviceId: device?.id,
    recommendedSecurityUpdateId: device && newestKb(device, month),
  });
  const faults = (...rows: readonly object[]) => judgeWalk(missingKbsWalk, [page(rows)], before).map(([rule]) => rule);
  expect(current?.isCurrent).toBe(true);
  expect(faults(missing(a), missing(b))).toEqual([]);
  expect(faults(missing(a), missing(b, "2024-Feb"))).toEqual(["a wrong row in a walk"]);
  expect(faults(missing(a), missing(b), missing(current))).toEqual(["a row of a device that misses nothing"]);
});
