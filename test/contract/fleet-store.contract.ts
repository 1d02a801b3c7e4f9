import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CheckIn, DeviceStore } from "../../src/stores/device-store.ts";
import { activeMs, type DeviceEdit, type DeviceQuery, type FleetStore, type FleetView } from "../../src/stores/fleet-store.ts";
import { hostileNames } from "../fixtures/hostile-names.ts";
import { describeFleetLists } from "./fleet-lists.contract.ts";
import { describeFleetWalks } from "./fleet-walks.contract.ts";
import { aCheckIn, contentOf, digestOf, epochs, hex, momentOf, standingOf, standingsOf } from "./made-up-fleet.ts";

/** An open store: the devices that the lists are of come in through the other contract. */
export type OpenFleetStore = FleetStore & DeviceStore;

/** A place that stores of one kind can be opened on. */
export interface FleetStorePlace {
  open(): Promise<OpenFleetStore>;
  remove(): Promise<void>;
}

/** How a kind of store differs from others. */
export interface FleetStoreKind {
  /** what is stored is there when it is opened again, and for others who have it open */
  readonly isKept: boolean;
}

const other = "33333333-3333-4333-8333-333333333333";
const at = momentOf(100);
const never = "9999-01-01T00:00:00.000Z";

/** What every store of fleets promises. */
export function describeFleetStore(name: string, makePlace: () => Promise<FleetStorePlace>, kind: FleetStoreKind): void {
  describeFleetLists(name, makePlace);
  describeFleetWalks(name, makePlace);
  describe(`${name} keeps the contract of a fleet store`, () => {
    let place: FleetStorePlace;
    let store: OpenFleetStore;
    let tenant: string;
    let view: FleetView;
    beforeEach(async () => {
      place = await makePlace();
      store = await place.open();
      tenant = (await store.tenants())[0]?.id ?? "";
      await store.addTenant({ id: other, alias: "other" });
      view = { epoch: await store.epoch(epochs[0]), at };
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    const take = (...checkIns: readonly CheckIn[]): Promise<unknown> => store.checkIn(tenant, checkIns);
    const names = async (query: Partial<DeviceQuery> = {}): Promise<readonly string[]> =>
      (await store.listDevices(tenant, { view, limit: 100, ...query })).devices.map((device) => device.name).sort();
    const tagsOf = async (id: string): Promise<readonly string[] | undefined> =>
      (await store.listDevices(tenant, { view, limit: 100 })).devices.find(({ deviceId }) => deviceId === hex(id))?.tags;
    const edit = async (ids: readonly string[], change: DeviceEdit): Promise<readonly string[]> =>
      (await store.editDevices(tenant, ids.map(hex), change)).map((device) => device.name);

    test("an empty fleet is an empty list", async () => {
      const list = await store.listDevices(tenant, { view, limit: 10, count: true });
      expect(list).toEqual({ devices: [], total: 0, change: expect.any(Number) });
      expect(await store.countDigests(tenant, view)).toEqual({ counts: [], change: list.change });
      expect(await store.editDevices(tenant, [hex("a")], { addTags: ["x"] })).toEqual([]);
    });

    test("lists a device whole", async () => {
      const facts = { tags: ["r", "group:b"], ipAddresses: ["10.0.0.7", "fe80::1"] };
      await store.keepStandings(view.epoch, standingsOf(0));
      await take(aCheckIn("PC-1", 5, 1, { facts, assignTags: ["x"] }), aCheckIn("PC-1", 9, 1, { facts }));
      expect((await store.listDevices(tenant, { view, limit: 10 })).devices).toEqual([
        {
          deviceId: hex("PC-1"),
          name: "PC-1",
          digest: digestOf(1),
          firstSeen: momentOf(5),
          lastSeen: momentOf(9),
          tags: ["x", "r", "group:b"],
          addresses: facts.ipAddresses,
          value: "Normal",
          groupId: 969083770,
          groupName: "b",
          standing: standingOf(1, 0),
        },
      ]);
    });

    test("pages by id, by what comes after it and by number, without gap or repeat, and counts all", async () => {
      const checkIns = Array.from({ length: 23 }, (_, index) => aCheckIn(`pc-${index}`, 1, index));
      await take(...checkIns);
      const ids = checkIns.map(({ deviceId }) => deviceId).sort();
      const read = async (limit: number, next: (before: readonly string[]) => Partial<DeviceQuery>): Promise<readonly string[]> => {
        const listed: string[] = [];
        for (let isLast = false; !isLast; ) {
          const { devices, total } = await store.listDevices(tenant, { view, limit, count: true, ...next(listed) });
          listed.push(...devices.map(({ deviceId }) => deviceId));
          expect(total).toBe(ids.length);
          isLast = devices.length < limit;
        }
        return listed;
      };
      for (const limit of [1, 5, 22, 23, 24, 1_000]) {
        expect(await read(limit, (before) => ({ after: before.at(-1) ?? "" }))).toEqual(ids);
        expect(await read(limit, (before) => ({ skip: before.length }))).toEqual(ids);
      }
      const beyond = { view, limit: 5, count: true };
      expect(await store.listDevices(tenant, { ...beyond, skip: 23 })).toMatchObject({ devices: [], total: 23 });
      expect(await store.listDevices(tenant, { ...beyond, after: ids.at(-1) ?? "" })).toMatchObject({ devices: [], total: 23 });
      expect(await store.listDevices(tenant, { ...beyond, limit: 0 })).toMatchObject({ devices: [], total: 23 });
      expect(await store.listDevices(tenant, { view, limit: 5 })).not.toHaveProperty("total");
    });

    test("a brief list has all but tags, value, addresses and standings", async () => {
      await take(aCheckIn("a", 0, 1), aCheckIn("b", 1, 2));
      await store.keepStandings(view.epoch, standingsOf(0));
      const { devices, change } = await store.listDevices(tenant, { view, limit: 5 });
      expect(devices.some(({ standing }) => standing !== undefined)).toBe(true);
      const brief = await store.listDevices(tenant, { view, limit: 5, isBrief: true });
      const left = { tags: [], value: "Normal", addresses: [], standing: undefined };
      expect(brief).toEqual({ devices: devices.map((device) => ({ ...device, ...left })), change });
    });

    test("a device is active for seven days to the millisecond, reckoned from the time of the view", async () => {
      await take(aCheckIn("a", 0, 1));
      const health = { property: "healthStatus", type: "string", ignoreCase: false } as const;
      const filter = { kind: "compare", operator: "eq", operand: health, value: { type: "string", value: "Active" } } as const;
      for (const [late, expected] of [
        [-1, ["a"]],
        [0, ["a"]],
        [1, []],
      ] as const) {
        const moment = new Date(Date.parse(momentOf(0)) + activeMs + late).toISOString();
        expect(await names({ view: { ...view, at: moment }, filter })).toEqual(expected);
      }
    });

    test("a change of the report is a change since, a repetition and an edit are none", async () => {
      await take(aCheckIn("a", 1, 1), aCheckIn("b", 2, 1), aCheckIn("c", 3, 1));
      await take(aCheckIn("a", 10, 1), aCheckIn("b", 10, 2), aCheckIn("c", 10, 1, { name: "C", facts: { tags: ["x"], ipAddresses: [] } }));
      await edit(["a"], { addTags: ["x"], value: "High" });
      expect(await names({ changedSince: momentOf(10) })).toEqual(["b"]);
      expect(await names({ changedSince: momentOf(3) })).toEqual(["C", "b"]);
      expect(await names({ changedSince: momentOf(11) })).toEqual([]);
      await take(aCheckIn("d", 5, 1, { receivedAt: momentOf(20) }), aCheckIn("a", 4, 3, { receivedAt: momentOf(30) }));
      expect(await names({ changedSince: momentOf(20) })).toEqual(["d"]);
    });

    test("counts inventories, by group where that is asked", async () => {
      const group = (tag: string): Partial<CheckIn> => ({ facts: { tags: [tag], ipAddresses: [] } });
      await take(aCheckIn("a", 1, 1, group("group:a")), aCheckIn("b", 1, 1, group("group:b")), aCheckIn("c", 1, 2, group("group:a")));
      await take(aCheckIn("d", 1, 1), aCheckIn("e", 1, 1, group("group:a")));
      await store.checkIn(other, [aCheckIn("a", 1, 1), aCheckIn("f", 1, 3)]);
      const none = { groupId: 0, groupName: null };
      const whole = [1, 2].map((number) => ({ digest: digestOf(number), devices: number === 1 ? 4 : 1, ...none }));
      expect((await store.countDigests(tenant, view)).counts).toEqual(whole.sort((a, b) => (a.digest < b.digest ? -1 : 1)));
      const [a, b] = [956500556, 969083770];
      const groups = [
        { digest: digestOf(1), ...none, devices: 1 },
        { digest: digestOf(1), groupId: a, groupName: "a", devices: 2 },
        { digest: digestOf(1), groupId: b, groupName: "b", devices: 1 },
        { digest: digestOf(2), groupId: a, groupName: "a", devices: 1 },
      ];
      const { counts } = await store.countDigests(tenant, view, { byGroup: true });
      expect(counts).toEqual(groups.sort((x, y) => (x.digest < y.digest ? -1 : x.digest > y.digest ? 1 : x.groupId - y.groupId)));
      expect((await store.countDigests(other, view)).counts).toHaveLength(2);
    });

    test("tags are added, whether there or not, and values set", async () => {
      await take(
        aCheckIn("a", 1, 1, { facts: { tags: ["r"], ipAddresses: [] }, assignTags: ["x"] }),
        aCheckIn("b", 1, 1),
        aCheckIn("c", 1, 1),
      );
      expect(await edit(["b", "unknown", "a", "b"], { addTags: ["x", "new", "new"], value: "High" })).toEqual(["b", "a"]);
      expect([await tagsOf("a"), await tagsOf("b"), await tagsOf("c")]).toEqual([["x", "new", "r"], ["x", "new"], []]);
      expect(await store.device(tenant, hex("a"))).toMatchObject({ assignedTags: ["x", "new"], removedTags: [], value: "High" });
      expect(await store.device(tenant, hex("c"))).toMatchObject({ value: "Normal" });
      const [changed] = await store.editDevices(tenant, [hex("a")], { value: "Low" });
      expect(changed).toEqual(await store.device(tenant, hex("a")));
      expect(changed).toMatchObject({ value: "Low", assignedTags: ["x", "new"], facts: { tags: ["r"] } });
    });

    test("a tag that is taken away is gone, and one that is reported stays so until it is given again", async () => {
      const facts = { tags: ["r", "s"], ipAddresses: [] };
      await take(aCheckIn("a", 1, 1, { facts, assignTags: ["x", "y"] }));
      await edit(["a"], { removeTags: ["r", "x", "never there"] });
      expect(await tagsOf("a")).toEqual(["y", "s"]);
      expect(await store.device(tenant, hex("a"))).toMatchObject({ assignedTags: ["y"], removedTags: ["r"] });
      await take(
        aCheckIn("a", 2, 2, { facts: { ...facts, tags: ["r", "t"] } }),
        aCheckIn("a", 3, 2, { facts: { ...facts, tags: ["r", "t"] } }),
      );
      expect(await tagsOf("a")).toEqual(["y", "t"]);
      await take(aCheckIn("a", 0, 1, { facts, assignTags: ["late"] }));
      expect(await tagsOf("a")).toEqual(["y", "late", "t"]);
      await edit(["a"], { addTags: ["r"] });
      expect(await tagsOf("a")).toEqual(["y", "late", "r", "t"]);
      expect(await store.device(tenant, hex("a"))).toMatchObject({ removedTags: [] });
    });

    test("tags that are set are exactly those, and what was taken away before stays away", async () => {
      const reports = (...tags: string[]): Partial<CheckIn> => ({ facts: { tags, ipAddresses: [] } });
      await take(aCheckIn("a", 1, 1, { ...reports("r", "s"), assignTags: ["x"] }));
      await edit(["a"], { setTags: ["s", "n", "n"] });
      expect([...((await tagsOf("a")) ?? [])].sort()).toEqual(["n", "s"]);
      await take(aCheckIn("a", 2, 1, reports("s")));
      await edit(["a"], { setTags: ["n"] });
      await take(aCheckIn("a", 3, 1, reports("r", "s", "t")));
      expect(await tagsOf("a")).toEqual(["n", "t"]);
      await edit(["a"], { setTags: [] });
      expect(await tagsOf("a")).toEqual([]);
    });

    test("a tag puts a device into a group, and takes it out again", async () => {
      const groupOf = async (): Promise<unknown> => {
        const [device] = (await store.listDevices(tenant, { view, limit: 1 })).devices;
        return [device?.groupId, device?.groupName];
      };
      await take(aCheckIn("a", 1, 1, { facts: { tags: ["group:b"], ipAddresses: [] } }));
      expect(await groupOf()).toEqual([969083770, "b"]);
      await edit(["a"], { addTags: ["group:a"] });
      expect(await groupOf()).toEqual([956500556, "a"]);
      await edit(["a"], { removeTags: ["group:b", "group:a"] });
      expect(await groupOf()).toEqual([0, null]);
      await take(aCheckIn("a", 2, 1, { facts: { tags: ["group:b"], ipAddresses: [] }, assignTags: ["group:late"] }));
      expect(await groupOf()).toEqual([expect.any(Number), "late"]);
    });

    test.each(hostileNames)("the tag and group %j are kept as they are", async (hostile) => {
      await take(aCheckIn("a", 1, 1));
      await edit(["a"], { addTags: [hostile, `group:${hostile}`] });
      const [device] = (await store.listDevices(tenant, { view, limit: 1 })).devices;
      expect(device).toMatchObject({ tags: [hostile, `group:${hostile}`], groupName: hostile });
      expect((await store.countDigests(tenant, view, { byGroup: true })).counts[0]?.groupName).toBe(hostile);
    });

    test("several devices are edited all or none", async () => {
      await take(aCheckIn("a", 1, 1), aCheckIn("b", 1, 1));
      const broken = { value: null as unknown as "High" };
      await expect(store.editDevices(tenant, [hex("a"), hex("b")], { ...broken, addTags: [1n as unknown as string] })).rejects.toThrow();
      expect([await tagsOf("a"), await tagsOf("b")]).toEqual([[], []]);
    });

    test("an epoch has one number: the same for the same facts, a higher one for others", async () => {
      const facts = epochs[0];
      const number = await store.epoch(facts);
      expect(Number.isSafeInteger(number)).toBe(true);
      const others = [
        { ...facts, contentHash: "" },
        { ...facts, asOf: "2026-01-02" },
        { ...facts, rules: "r2" },
      ];
      let highest = number;
      for (const each of others) {
        expect(await store.epoch(each)).toBeGreaterThan(highest);
        highest = await store.epoch(each);
      }
      expect(await store.epoch({ ...facts })).toBe(number);
      const asked = await Promise.all([1, 2, 3].map(() => store.epoch({ ...facts, rules: "r3" })));
      expect(new Set(asked).size).toBe(1);
      await store.forgetEpochs([], at);
      expect(await store.epoch(facts)).toBe(number);
      expect(await store.epoch({ ...facts, rules: "r4" })).toBeGreaterThan(asked[0] ?? 0);
    });

    test("standings are kept by epoch, those that are there replaced", async () => {
      const later = await store.epoch(epochs[1]);
      await take(aCheckIn("a", 1, 1));
      const standing = async (epoch: number): Promise<unknown> =>
        (await store.listDevices(tenant, { view: { ...view, epoch }, limit: 1 })).devices[0]?.standing;
      expect(await standing(view.epoch)).toBeUndefined();
      await store.keepStandings(view.epoch, standingsOf(0));
      expect(await standing(view.epoch)).toEqual(standingOf(1, 0));
      expect(await standing(later)).toBeUndefined();
      await store.keepStandings(later, standingsOf(0));
      await store.keepStandings(later, standingsOf(1));
      await store.keepStandings(later, []);
      expect([await standing(view.epoch), await standing(later)]).toEqual([standingOf(1, 0), standingOf(1, 1)]);
    });

    test("digests without standing are those of devices of any tenant, each once, so many at most", async () => {
      await take(aCheckIn("a", 1, 1), aCheckIn("b", 1, 1), aCheckIn("c", 1, 2), aCheckIn("d", 1, 3), aCheckIn("d", 2, 4));
      await store.checkIn(other, [aCheckIn("a", 1, 2), aCheckIn("b", 1, 5)]);
      const lacking = async (epoch: number): Promise<readonly string[]> => [...(await store.digestsWithoutStanding(epoch, 100))].sort();
      expect(await lacking(view.epoch)).toEqual([1, 2, 4, 5].map(digestOf).sort());
      expect(await store.digestsWithoutStanding(view.epoch, 3)).toHaveLength(3);
      await store.keepStandings(
        view.epoch,
        standingsOf(0).filter(({ digest }) => [1, 5].map(digestOf).includes(digest)),
      );
      expect(await lacking(view.epoch)).toEqual([2, 4].map(digestOf).sort());
      expect(await lacking(await store.epoch(epochs[1]))).toHaveLength(4);
    });

    test("digests without standing as of a walk are those that devices had when it was opened, too", async () => {
      await store.keepStandings(
        view.epoch,
        standingsOf(0).filter(({ digest }) => digest === digestOf(1)),
      );
      await take(aCheckIn("a", 1, 2), aCheckIn("b", 1, 1), aCheckIn("c", 1, 5));
      await store.openWalk(tenant, { epoch: view.epoch, at, expiresAt: momentOf(200) });
      await take(aCheckIn("c", 2, 1));
      const { change } = await store.openWalk(tenant, { epoch: view.epoch, at, expiresAt: momentOf(200) });
      await take(aCheckIn("a", 2, 1), aCheckIn("b", 2, 3));
      const lacking = async (since?: number): Promise<readonly string[]> =>
        [...(await store.digestsWithoutStanding(view.epoch, 10, since))].sort();
      expect(await lacking()).toEqual([digestOf(3)]);
      expect(await lacking(change)).toEqual([2, 3].map(digestOf).sort());
      expect(await lacking(change - 1)).toEqual([2, 3, 5].map(digestOf).sort());
      expect(await store.digestsWithoutStanding(view.epoch, 1, change)).toHaveLength(1);
    });

    test("whether every device of a tenant was examined is said with a list, whatever it shows", async () => {
      const ask = async (query: Partial<DeviceQuery> = {}) => store.listDevices(tenant, { view, limit: 1, asksIfExamined: true, ...query });
      expect(await ask()).toMatchObject({ devices: [], isExamined: true });
      await take(aCheckIn("a", 1, 1), aCheckIn("b", 1, 2));
      await store.checkIn(other, [aCheckIn("c", 1, 5)]);
      expect(await ask({ count: true })).toMatchObject({ total: 2, isExamined: false });
      const known = (...contents: readonly number[]) => standingsOf(0).filter(({ digest }) => contents.map(digestOf).includes(digest));
      await store.keepStandings(view.epoch, known(1));
      expect(await ask({ digests: [digestOf(1)] })).toMatchObject({ devices: [{ name: "a" }], isExamined: false });
      await store.keepStandings(view.epoch, known(2));
      expect(await ask({ count: true })).toMatchObject({ total: 2, isExamined: true });
      expect(await ask({ view: { ...view, epoch: await store.epoch(epochs[1]) } })).toMatchObject({ isExamined: false });
      // Of another tenant, and of a device that has told something else since.
      expect((await store.listDevices(other, { view, limit: 1, asksIfExamined: true })).isExamined).toBe(false);
      await take(aCheckIn("a", 2, 6), aCheckIn("a", 3, 1));
      expect((await ask()).isExamined).toBe(true);
      expect(await store.listDevices(tenant, { view, limit: 1 })).not.toHaveProperty("isExamined");
    });

    test("standings of epochs that nobody needs are forgotten; those named, or needed by a walk, are not", async () => {
      const numbers = await Promise.all(["r1", "r2", "r3"].map((rules) => store.epoch({ ...epochs[0], rules })));
      const [kept = 0, walked = 0, dropped = 0] = numbers;
      await take(aCheckIn("a", 1, 1));
      for (const epoch of numbers) await store.keepStandings(epoch, standingsOf(0));
      await store.openWalk(tenant, { epoch: walked, at, expiresAt: momentOf(200) });
      const lacking = async (epoch: number): Promise<number> => (await store.digestsWithoutStanding(epoch, 10)).length;
      await store.forgetEpochs([kept], momentOf(199));
      expect([await lacking(kept), await lacking(walked), await lacking(dropped)]).toEqual([0, 0, 1]);
      await store.forgetEpochs([kept], momentOf(200));
      expect([await lacking(kept), await lacking(walked)]).toEqual([0, 1]);
      await store.forgetEpochs([], momentOf(200));
      expect(await lacking(kept)).toBe(1);
    });

    test("a check-in keeps its standings with it, or neither", async () => {
      const later = await store.epoch(epochs[1]);
      const standings = [
        { epoch: view.epoch, standings: standingsOf(0) },
        { epoch: later, standings: standingsOf(1) },
      ];
      const broken = { ...aCheckIn("b", 1, 2), name: null as unknown as string };
      await expect(store.checkIn(tenant, [aCheckIn("a", 1, 1), broken], standings)).rejects.toThrow();
      expect(await names()).toEqual([]);
      await take(aCheckIn("c", 1, 3));
      expect(await store.digestsWithoutStanding(view.epoch, 10)).toEqual([digestOf(3)]);
      await store.checkIn(tenant, [aCheckIn("a", 1, 1)], standings);
      expect(await store.digestsWithoutStanding(view.epoch, 10)).toEqual([]);
      const { devices } = await store.listDevices(tenant, { view: { ...view, epoch: later }, limit: 1, after: hex("a").slice(0, -1) });
      expect(devices[0]?.standing).toEqual(standingOf(1, 1));
      const poor = [{ epoch: later, standings: [{ ...standingsOf(0)[0], digest: null as unknown as string }] }];
      await expect(store.checkIn(tenant, [aCheckIn("d", 1, 1)], poor as never)).rejects.toThrow();
      expect(await names()).toEqual(["a", "c"]);
    });

    test("gives back what digests stand for, and leaves out those unknown", async () => {
      await take(aCheckIn("a", 1, 1), aCheckIn("b", 1, 2), aCheckIn("b", 2, 3));
      const digests = [3, 7, 1, 2].map(digestOf);
      expect(await store.inventories(digests)).toEqual(
        [3, 1, 2].map((number) => ({ digest: digestOf(number), content: contentOf(number) })),
      );
      expect(await store.inventories([])).toEqual([]);
    });

    test("gives many back in the order they are asked for, unknown ones left out", async () => {
      await take(...Array.from({ length: 160 }, (_, index) => aCheckIn(`pc-${index}`, 1, index)));
      const numbers = Array.from({ length: 200 }, (_, index) => (index * 77) % 200);
      const known = numbers.filter((number) => number < 160);
      expect(await store.inventories(numbers.map(digestOf))).toEqual(
        known.map((number) => ({ digest: digestOf(number), content: contentOf(number) })),
      );
    });

    test("lists tell the change they were read at: it counts up with what changes, and not without", async () => {
      const change = async (): Promise<number> => (await store.listDevices(tenant, { view, limit: 1 })).change;
      await take(aCheckIn("a", 1, 1));
      const first = await change();
      await edit(["a", "unknown"], { addTags: [], removeTags: ["x"] });
      await take(aCheckIn("a", 2, 1));
      expect(await change()).toBe(first);
      expect(await store.lastChange()).toBe(first);
      expect((await store.countDigests(tenant, view)).change).toBe(first);
      await edit(["a"], { addTags: ["x"] });
      const second = await change();
      expect(second).toBeGreaterThan(first);
      expect(await store.lastChange()).toBe(second);
      await take(aCheckIn("a", 3, 2), aCheckIn("b", 3, 2));
      expect(await change()).toBeGreaterThan(second);
      expect((await store.openWalk(tenant, { epoch: view.epoch, at, expiresAt: never })).change).toBe(await change());
    });

    test("tenants are apart in every call", async () => {
      await take(aCheckIn("a", 1, 1), aCheckIn("mine", 1, 1));
      await store.checkIn(other, [aCheckIn("a", 1, 2, { name: "theirs" })]);
      const walk = await store.openWalk(tenant, { epoch: view.epoch, at, expiresAt: never });
      expect(await store.editDevices(other, [hex("mine")], { addTags: ["x"], value: "High" })).toEqual([]);
      await store.editDevices(other, [hex("a")], { addTags: ["x"], value: "High" });
      await store.checkIn(other, [aCheckIn("mine", 2, 2)]);
      expect(await store.device(tenant, hex("a"))).toMatchObject({ assignedTags: [], value: "Normal" });
      for (const each of [view, { ...view, change: walk.change }]) {
        expect(await names({ view: each })).toEqual(["a", "mine"]);
        expect((await store.countDigests(tenant, each)).counts).toMatchObject([{ digest: digestOf(1), devices: 2 }]);
      }
      const theirs = await store.listDevices(other, { view: { ...view, change: walk.change }, limit: 10, count: true });
      expect(theirs).toMatchObject({ devices: [{ name: "theirs", tags: [], value: "Normal" }], total: 1 });
      expect(await store.walk(other, walk.id, at)).toBeUndefined();
      expect(await store.walk(tenant, walk.id, at)).toEqual(walk);
    });

    test("what others write, and not what we write, is an outside change", async () => {
      const before = await store.outsideChanges();
      await take(aCheckIn("a", 1, 1));
      await store.keepStandings(view.epoch, standingsOf(0));
      await store.openWalk(tenant, { epoch: view.epoch, at, expiresAt: never });
      await names();
      expect(await store.outsideChanges()).toBe(before);
      if (!kind.isKept) return;
      const second = await place.open();
      const theirs = await second.outsideChanges();
      await second.checkIn(tenant, [aCheckIn("b", 1, 1)]);
      expect(await second.outsideChanges()).toBe(theirs);
      const after = await store.outsideChanges();
      expect(after).not.toBe(before);
      await edit(["a"], { addTags: ["x"] });
      expect(await store.outsideChanges()).toBe(after);
      expect(await second.outsideChanges()).not.toBe(theirs);
      await second.close();
    });

    test.skipIf(!kind.isKept)("others see what one has written at once, walks and all, and a later one finds it", async () => {
      const second = await place.open();
      await take(aCheckIn("a", 1, 1));
      await store.keepStandings(view.epoch, standingsOf(0));
      const walk = await store.openWalk(tenant, { epoch: view.epoch, at, expiresAt: never });
      await second.checkIn(tenant, [aCheckIn("a", 2, 2), aCheckIn("b", 2, 2)]);
      await second.editDevices(tenant, [hex("a")], { value: "High" });
      const pinned = { view: { ...view, change: walk.change }, limit: 10 };
      const expected = [expect.objectContaining({ name: "a", digest: digestOf(1), value: "Normal", standing: standingOf(1, 0) })];
      for (const each of [store, second]) expect((await each.listDevices(tenant, pinned)).devices).toEqual(expected);
      expect(await second.walk(tenant, walk.id, at)).toEqual(walk);
      await second.close();
      await store.close();
      store = await place.open();
      expect(await store.epoch(epochs[0])).toBe(view.epoch);
      expect(await store.epoch(epochs[1])).toBeGreaterThan(view.epoch);
      expect((await store.listDevices(tenant, pinned)).devices).toEqual(expected);
      expect(await store.walk(tenant, walk.id, at)).toEqual(walk);
      expect(await names()).toEqual(["a", "b"]);
    });

    test("what is asked of a closed store is refused", async () => {
      await store.close();
      const answers = [
        store.epoch(epochs[0]),
        store.keepStandings(1, []),
        store.digestsWithoutStanding(1, 1),
        store.forgetEpochs([], at),
        store.inventories([""]),
        store.inventories(Array.from({ length: 150 }, (_, number) => digestOf(number))),
        store.outsideChanges(),
        store.openWalk(tenant, { epoch: 1, at, expiresAt: never }),
        store.walk(tenant, "", at),
        store.prolongWalk("", never),
        store.listDevices(tenant, { view, limit: 1 }),
        store.countDigests(tenant, view),
        store.editDevices(tenant, [""], {}),
      ];
      expect((await Promise.allSettled(answers)).map(({ status }) => status)).toEqual(answers.map(() => "rejected"));
      store = await place.open();
    });
  });
}
