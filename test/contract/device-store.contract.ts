import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { InventoryContent } from "../../src/domain/fleet/inventory-content.ts";
import type { CheckIn, DeviceStore, HistoryEntry } from "../../src/stores/device-store.ts";
import { hostileNames } from "../fixtures/hostile-names.ts";

/** A place that stores of one kind can be opened on, more than once at a time. */
export interface DeviceStorePlace {
  open(): Promise<DeviceStore>;
  remove(): Promise<void>;
}

const start = Date.parse("2026-01-01T00:00:00.000Z");

export function momentOf(minutes: number): string {
  return new Date(start + minutes * 60_000).toISOString();
}

function contentOf(number: number): InventoryContent {
  return { os: { build: 19045, ubr: number }, installedKbs: [], msiPatchKbs: null, software: [], pendingRestart: false, notes: [] };
}

function hex(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

/** A check-in of device `id` at a minute with the content of a number. */
function aCheckIn(id: string, minutes: number, number: number, facts: Partial<CheckIn> = {}): CheckIn {
  const content = contentOf(number);
  return {
    deviceId: hex(id),
    name: id,
    at: momentOf(minutes),
    receivedAt: momentOf(1_000_000),
    digest: createHash("sha256").update(JSON.stringify(content)).digest("hex"),
    content,
    facts: { tags: [], ipAddresses: [] },
    ...facts,
  };
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, index) => ({ item, key: hex(`${seed}-${index}`) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
}

/** What every device store promises. */
export function describeDeviceStore(name: string, makePlace: () => Promise<DeviceStorePlace>): void {
  describe(`${name} keeps the contract of a device store`, () => {
    let place: DeviceStorePlace;
    let store: DeviceStore;
    let tenant: string;
    beforeEach(async () => {
      place = await makePlace();
      store = await place.open();
      tenant = (await store.tenants())[0]?.id ?? "";
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    const outcomes = async (...checkIns: readonly CheckIn[]): Promise<readonly string[]> =>
      (await store.checkIn(tenant, checkIns)).map(({ outcome }) => outcome);
    const numbers = async (history: Promise<readonly HistoryEntry[]>): Promise<(number | undefined)[]> =>
      Promise.all((await history).map(async ({ digest }) => (await store.inventory(digest))?.os.ubr));

    test("has one tenant from the start, called default, and keeps its id", async () => {
      expect(await store.tenants()).toEqual([
        { id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/), alias: "default" },
      ]);
      const other = await place.open();
      expect(await other.tenants()).toEqual(await store.tenants());
      await other.close();
    });

    test("adds tenants, and none twice under one id or alias", async () => {
      const added = { id: "11111111-1111-4111-8111-111111111111", alias: "contoso" };
      expect(await store.addTenant(added)).toBe(true);
      expect(await store.addTenant({ ...added, alias: "other" })).toBe(false);
      expect(await store.addTenant({ id: "22222222-2222-4222-8222-222222222222", alias: "contoso" })).toBe(false);
      expect((await store.tenants()).map(({ alias }) => alias)).toEqual(["contoso", "default"]);
    });

    test("gives back a device whole, by id and by name", async () => {
      const facts = { tags: ["a", "b"], ipAddresses: ["10.0.0.7"], offeredKbs: ["5027215"], extras: { serial: { number: 7 } } };
      expect(await outcomes(aCheckIn("PC-1", 5, 1, { facts, assignTags: ["x", "x"] }))).toEqual(["new"]);
      const device = {
        deviceId: hex("PC-1"),
        name: "PC-1",
        digest: aCheckIn("PC-1", 5, 1).digest,
        firstSeen: momentOf(5),
        lastSeen: momentOf(5),
        receivedAt: momentOf(1_000_000),
        facts,
        assignedTags: ["x"],
        removedTags: [],
        value: "Normal",
      };
      expect(await store.device(tenant, hex("PC-1"))).toEqual(device);
      expect(await store.devicesNamed(tenant, "pc-1")).toEqual([device]);
      expect(await store.inventory(device.digest)).toEqual(contentOf(1));
      expect(await store.device(tenant, hex("other"))).toBeUndefined();
      expect(await store.digestsOf(tenant, [hex("other"), hex("PC-1"), hex("PC-1")])).toEqual([undefined, device.digest, device.digest]);
      expect(await store.devicesNamed(tenant, "pc")).toEqual([]);
      expect(await store.inventory("0")).toBeUndefined();
    });

    test("a newer inventory replaces, an older one never does, a repeated one changes nothing but the time", async () => {
      expect(await outcomes(aCheckIn("a", 10, 1))).toEqual(["new"]);
      expect(await outcomes(aCheckIn("a", 20, 2), aCheckIn("a", 15, 3), aCheckIn("a", 30, 2))).toEqual(["updated", "older", "unchanged"]);
      expect(await store.digestsOf(tenant, [hex("a")])).toEqual([aCheckIn("a", 30, 2).digest]);
      expect(await store.device(tenant, hex("a"))).toMatchObject({ firstSeen: momentOf(10), lastSeen: momentOf(30) });
      expect(await numbers(store.history(tenant, hex("a")))).toEqual([1, 3, 2]);
    });

    test("of two inventories of one time the one that came last counts", async () => {
      await outcomes(aCheckIn("a", 10, 1), aCheckIn("a", 20, 2), aCheckIn("a", 20, 3));
      expect(await numbers(store.history(tenant, hex("a")))).toEqual([1, 3]);
      await outcomes(aCheckIn("a", 20, 1));
      expect(await numbers(store.history(tenant, hex("a")))).toEqual([1]);
      expect((await store.device(tenant, hex("a")))?.digest).toBe(aCheckIn("a", 20, 1).digest);
    });

    test("an inventory that comes late into a time of repetitions makes two changes", async () => {
      await outcomes(aCheckIn("a", 10, 1), aCheckIn("a", 40, 1), aCheckIn("a", 30, 2));
      expect((await store.history(tenant, hex("a"))).map(({ at }) => at)).toEqual([momentOf(10), momentOf(30), momentOf(40)]);
      expect(await numbers(store.history(tenant, hex("a")))).toEqual([1, 2, 1]);
    });

    test.each([1, 2, 3])("a thousand check-ins in any order, repeated ones among them, end in the same state, order %i", async (seed) => {
      const checkIns = Array.from({ length: 1_000 }, (_, index) => aCheckIn("a", index, index));
      const repeated = [...checkIns, ...checkIns.filter((_, index) => index % 7 === 0)];
      const order = shuffled(repeated, seed);
      for (let from = 0; from < order.length; from += 100) await store.checkIn(tenant, order.slice(from, from + 100));
      expect(await store.device(tenant, hex("a"))).toMatchObject({
        firstSeen: momentOf(0),
        lastSeen: momentOf(999),
        digest: checkIns[999]?.digest,
      });
      expect(await store.history(tenant, hex("a"))).toEqual(checkIns.map(({ at, digest }) => ({ at, digest })));
    });

    test("whatever comes in whatever order, the history is true, and ends in what is held", async () => {
      const sighting = fc.record({ minute: fc.integer({ min: 0, max: 9 }), number: fc.integer({ min: 0, max: 2 }) });
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(sighting, { minLength: 1, maxLength: 12 }), async (sightings) => {
          const id = `device ${round++}`;
          for (const { minute, number } of sightings) await store.checkIn(tenant, [aCheckIn(id, minute, number)]);
          const history = await store.history(tenant, hex(id));
          const seen = sightings.map(({ minute, number }) => aCheckIn(id, minute, number));
          const newest = seen.reduce((best, each) => (each.at >= best.at ? each : best));
          const device = await store.device(tenant, hex(id));
          expect(device).toMatchObject({ lastSeen: newest.at, digest: newest.digest });
          expect(device?.firstSeen).toBe(seen.map(({ at }) => at).sort()[0]);
          expect(history.at(-1)?.digest).toBe(newest.digest);
          for (const entry of history) expect(seen.some(({ at, digest }) => at === entry.at && digest === entry.digest)).toBe(true);
          for (const [index, entry] of history.entries()) expect(entry.digest).not.toBe(history[index - 1]?.digest);
        }),
        { numRuns: 200 },
      );
    });

    test("ten thousand repetitions of one check-in are one record", async () => {
      const batch = Array.from({ length: 1_000 }, () => aCheckIn("a", 10, 1));
      for (let round = 0; round < 10; round++) await store.checkIn(tenant, batch);
      expect(await store.devices(tenant, { limit: 10 })).toHaveLength(1);
      expect(await store.history(tenant, hex("a"))).toHaveLength(1);
    });

    test("a batch is taken whole or not at all", async () => {
      const broken = { ...aCheckIn("b", 1, 1), name: null as unknown as string };
      await expect(store.checkIn(tenant, [aCheckIn("a", 1, 1), broken])).rejects.toThrow();
      expect(await store.devices(tenant, { limit: 10 })).toEqual([]);
      expect(await store.inventory(aCheckIn("a", 1, 1).digest)).toBeUndefined();
    });

    test("what one has stored, another sees and a later one finds", async () => {
      const other = await place.open();
      await outcomes(aCheckIn("a", 1, 1));
      expect((await other.device(tenant, hex("a")))?.name).toBe("a");
      await other.close();
      await store.close();
      store = await place.open();
      expect(await store.devices(tenant, { limit: 10 })).toHaveLength(1);
    });

    test("tenants are apart, whatever ids and names they share", async () => {
      const other = "33333333-3333-4333-8333-333333333333";
      await store.addTenant({ id: other, alias: "other" });
      await outcomes(aCheckIn("a", 1, 1), aCheckIn("mine", 1, 1));
      expect(await store.checkIn(other, [aCheckIn("a", 2, 2)])).toEqual([{ outcome: "new" }]);
      expect((await store.devices(other, { limit: 10 })).map(({ name: each }) => each)).toEqual(["a"]);
      expect(await store.device(other, hex("mine"))).toBeUndefined();
      expect(await store.digestsOf(other, [hex("mine"), hex("a")])).toEqual([undefined, aCheckIn("a", 2, 2).digest]);
      expect(await store.devicesNamed(other, "mine")).toEqual([]);
      expect((await store.device(tenant, hex("a")))?.lastSeen).toBe(momentOf(1));
      expect(await numbers(store.history(tenant, hex("a")))).toEqual([1]);
      expect(await numbers(store.history(other, hex("a")))).toEqual([2]);
      expect(await store.history(other, hex("mine"))).toEqual([]);
      expect(await store.deviceCounts(other)).toEqual([{ digest: aCheckIn("a", 2, 2).digest, devices: 1 }]);
      expect(await store.deviceCounts("44444444-4444-4444-8444-444444444444")).toEqual([]);
    });

    test("counts devices by what they report now", async () => {
      await outcomes(aCheckIn("a", 1, 1), aCheckIn("b", 1, 2), aCheckIn("c", 1, 2), aCheckIn("a", 2, 2));
      expect(await store.deviceCounts(tenant)).toEqual([{ digest: aCheckIn("a", 2, 2).digest, devices: 3 }]);
    });

    test("tags that were assigned stay, those reported follow the newest inventory", async () => {
      await outcomes(aCheckIn("a", 1, 1, { facts: { tags: ["old"], ipAddresses: [] }, assignTags: ["kept"] }));
      expect(await outcomes(aCheckIn("a", 2, 1, { facts: { tags: ["new"], ipAddresses: [] } }))).toEqual(["updated"]);
      expect(await outcomes(aCheckIn("a", 0, 1, { assignTags: ["late"] }))).toEqual(["older"]);
      expect(await store.device(tenant, hex("a"))).toMatchObject({
        facts: { tags: ["new"] },
        assignedTags: ["kept", "late"],
        firstSeen: momentOf(0),
      });
    });

    test("one id under two names and one name under two ids are kept as they are, and told", async () => {
      const doubts = async (checkIn: CheckIn): Promise<unknown> => (await store.checkIn(tenant, [checkIn]))[0]?.doubt;
      expect(await doubts(aCheckIn("a", 1, 1))).toBeUndefined();
      expect(await doubts(aCheckIn("a", 2, 1, { name: "A" }))).toBeUndefined();
      expect(await doubts(aCheckIn("a", 3, 1, { name: "b" }))).toEqual({ kind: "renamed", formerName: "A" });
      expect(await doubts(aCheckIn("other", 1, 1, { name: "B" }))).toEqual({ kind: "same-name", deviceId: hex("a") });
      expect((await store.devicesNamed(tenant, "b")).map(({ deviceId }) => deviceId)).toEqual([hex("a"), hex("other")].sort());
    });

    test("a device that goes back and forth between two inventories is told", async () => {
      const doubts: unknown[] = [];
      for (const [minute, number] of [1, 2, 1, 2, 1].entries()) {
        doubts.push((await store.checkIn(tenant, [aCheckIn("a", minute, number)]))[0]?.doubt?.kind);
      }
      expect(doubts).toEqual([undefined, undefined, undefined, "alternates", "alternates"]);
    });

    test.each(hostileNames)("keeps the name %j, tag and address as they are", async (hostile) => {
      const facts = { tags: [hostile], ipAddresses: [hostile], extras: JSON.parse(`{"__proto__": ${JSON.stringify(hostile)}}`) };
      await outcomes(aCheckIn(hostile, 1, 1, { facts, assignTags: [hostile] }));
      expect(await store.device(tenant, hex(hostile))).toEqual((await store.devicesNamed(tenant, hostile))[0]);
      const kept = await store.device(tenant, hex(hostile));
      expect(kept).toMatchObject({ name: hostile, assignedTags: [hostile], facts: { tags: [hostile], ipAddresses: [hostile] } });
      expect(Object.entries(kept?.facts.extras ?? {})).toEqual([["__proto__", hostile]]);
      expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    });

    test("keeps them so where many come at once, new and known ones", async () => {
      const named = (name: string, number: number): CheckIn =>
        aCheckIn(name, number, number, { facts: { tags: [name], ipAddresses: [name] }, assignTags: [name] });
      const all = hostileNames.map((name, index) => named(name, index + 1));
      expect(await outcomes(...all.slice(0, 5))).toEqual(Array(5).fill("new"));
      expect(await outcomes(...all)).toEqual(all.map((_, index) => (index < 5 ? "unchanged" : "new")));
      for (const { deviceId, name, digest, content } of all) {
        const kept = await store.device(tenant, deviceId);
        expect(kept).toMatchObject({ name, digest, assignedTags: [name], facts: { tags: [name], ipAddresses: [name] } });
        expect(await store.inventory(digest)).toEqual(content);
        expect((await store.devicesNamed(tenant, name)).map((device) => device.deviceId)).toContain(deviceId);
      }
    });

    test("ten thousand devices are listed in pages without gap or repeat, while others check in", async () => {
      const all = Array.from({ length: 10_000 }, (_, index) => aCheckIn(`pc-${index}`, 1, index % 50));
      for (let from = 0; from < all.length; from += 500) await store.checkIn(tenant, all.slice(from, from + 500));
      const listed: string[] = [];
      for (let page = await store.devices(tenant, { limit: 777 }); page.length > 0; ) {
        listed.push(...page.map(({ deviceId }) => deviceId));
        await store.checkIn(tenant, [aCheckIn(`pc-${listed.length % 10_000}`, 2 + listed.length, 99)]);
        page = await store.devices(tenant, { after: page.at(-1)?.deviceId ?? "", limit: 777 });
      }
      expect(listed).toEqual(all.map(({ deviceId }) => deviceId).sort());
    });
  });
}
