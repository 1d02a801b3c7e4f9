import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MACHINES } from "../../src/odata/entity-fields.ts";
import { meets } from "../../src/odata/evaluate-filter.ts";
import { orderRows } from "../../src/odata/order-rows.ts";
import { parseFilter } from "../../src/odata/parse-filter.ts";
import { parseOrderBy } from "../../src/odata/property-lists.ts";
import type { DeviceEdit, DeviceQuery, GroupCount, ListedDevice, Walk } from "../../src/stores/fleet-store.ts";
import { isOnCitus, onCitus } from "../slow-machine.ts";
import type { FleetStorePlace, OpenFleetStore } from "./fleet-store.contract.ts";
import { aCheckIn, epochs, FleetModel, hex, momentOf, standingsOf, wireRow } from "./made-up-fleet.ts";

const other = "33333333-3333-4333-8333-333333333333";

const walkFilters = [
  "machineTags/any(t: t eq 'x')",
  "osPlatform eq null or exposureLevel ne 'High'",
  "healthStatus eq 'Active' and not (riskScore eq 'Low')",
  "contains(computerDnsName,'v') or deviceValue eq 'High'",
  "rbacGroupId ne 0 or lastIpAddress eq '10.0.0.1'",
];
const walkOrders = [
  "lastSeen desc",
  "computerDnsName,lastSeen",
  "riskScore desc,deviceValue",
  "rbacGroupName",
  "osBuild,id desc",
  "version",
];
const edits: readonly DeviceEdit[] = [
  { addTags: ["x"] },
  { removeTags: ["x", "group:a"] },
  { setTags: ["y", "group:b"] },
  { setTags: [] },
  { value: "High" },
  { value: "Low", addTags: ["group:a"] },
  {},
];

const devices = 8;
const device = fc.nat(devices - 1);
const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("check-in" as const),
      reports: fc.array(
        fc.record({
          device,
          minutes: fc.integer({ min: -4, max: 1 }),
          number: fc.nat(9),
          variant: fc.nat(3),
          assign: fc.constantFrom(undefined, undefined, undefined, ["x"], ["group:c"]),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("repeat" as const), device }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("edit" as const),
      chosen: fc.array(device, { maxLength: 4 }),
      edit: fc.constantFrom(...edits),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("open" as const),
      filter: fc.option(fc.constantFrom(...walkFilters), { nil: undefined }),
      orderBy: fc.option(fc.constantFrom(...walkOrders), { nil: undefined }),
      size: fc.integer({ min: 1, max: 4 }),
      minutes: fc.integer({ min: 1, max: 12 }),
      epoch: fc.nat(1),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant("page" as const),
      which: fc.nat(7),
      prolong: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("count" as const), which: fc.nat(7) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), minutes: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("elsewhere" as const), device, number: fc.nat(9) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;
type Opening = Extract<Operation, { kind: "open" }>;

/** A walk under way, and what all its pages together must come to. */
interface Walking {
  readonly walk: Walk;
  readonly opening: Opening;
  readonly expected: readonly ListedDevice[];
  readonly pinned: FleetModel;
  read: ListedDevice[];
  expiresAt: number;
}

/** What stays the same for those who walk through pages, whatever happens meanwhile. */
export function describeFleetWalks(name: string, makePlace: () => Promise<FleetStorePlace>): void {
  describe(`${name} keeps walks through pages steady`, () => {
    let place: FleetStorePlace;
    let store: OpenFleetStore;
    let tenant: string;
    let numbers: readonly [number, number];
    beforeEach(async () => {
      place = await makePlace();
      store = await place.open();
      tenant = (await store.tenants())[0]?.id ?? "";
      await store.addTenant({ id: other, alias: "other" });
      numbers = [await store.epoch(epochs[0]), await store.epoch(epochs[1])];
      for (const [index, number] of numbers.entries()) await store.keepStandings(number, standingsOf(index));
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    const open = (minutes: number, until: number, who = tenant): Promise<Walk> =>
      store.openWalk(who, { epoch: numbers[0], at: momentOf(minutes), expiresAt: momentOf(until) });
    const pinned = ({ epoch, at, change }: Walk): DeviceQuery => ({ view: { epoch, at, change }, limit: 100 });
    const namesAt = async (walk: Walk): Promise<readonly string[]> =>
      (await store.listDevices(tenant, pinned(walk))).devices.map((each) => `${each.name} ${each.lastSeen}`).sort();
    const moved = (id: string, minutes: number, number = 1): Promise<unknown> => store.checkIn(tenant, [aCheckIn(id, minutes, number)]);

    test("a walk is found with what it was opened with, by its tenant, until it expires", async () => {
      const walk = await open(1, 10);
      expect(walk).toEqual({
        id: expect.any(String),
        epoch: numbers[0],
        at: momentOf(1),
        change: expect.any(Number),
        expiresAt: momentOf(10),
      });
      expect(await store.walk(tenant, walk.id, new Date(Date.parse(momentOf(10)) - 1).toISOString())).toEqual(walk);
      expect(await store.walk(tenant, walk.id, momentOf(10))).toBeUndefined();
      expect(await store.walk(other, walk.id, momentOf(2))).toBeUndefined();
      expect(await store.walk(tenant, "unknown", momentOf(2))).toBeUndefined();
      expect((await open(1, 10)).id).not.toBe(walk.id);
    });

    test("a walk is prolonged, never shortened, and one that is unknown is not made", async () => {
      const walk = await open(1, 10);
      await store.prolongWalk(walk.id, momentOf(20));
      await store.prolongWalk(walk.id, momentOf(15));
      await store.prolongWalk("unknown", momentOf(30));
      expect(await store.walk(tenant, walk.id, momentOf(19))).toEqual({ ...walk, expiresAt: momentOf(20) });
      expect(await store.walk(tenant, walk.id, momentOf(20))).toBeUndefined();
      expect(await store.walk(tenant, "unknown", momentOf(1))).toBeUndefined();
    });

    test("a walk that is prolonged before it expires stays steady", async () => {
      await moved("a", 1);
      const walk = await open(2, 10);
      await store.prolongWalk(walk.id, momentOf(20));
      await moved("a", 15);
      await open(16, 30);
      await moved("a", 17, 2);
      expect(await namesAt(walk)).toEqual([`a ${momentOf(1)}`]);
    });

    test("a walk whose fleet changed after it expired is over: nobody prolongs it and reads something else", async () => {
      await moved("a", 1);
      const walk = await open(2, 10);
      await moved("a", 15);
      await store.prolongWalk(walk.id, momentOf(60));
      expect(await store.walk(tenant, walk.id, momentOf(20))).toBeUndefined();
    });

    test("a walk that opens ends those that have expired", async () => {
      const [early, late] = [await open(1, 10), await open(1, 30)];
      await open(10, 30);
      await store.prolongWalk(early.id, momentOf(60));
      expect(await store.walk(tenant, early.id, momentOf(5))).toBeUndefined();
      expect(await store.walk(tenant, late.id, momentOf(12))).toEqual(late);
    });

    test("an edit is kept from walks whatever the clock of this computer says", async () => {
      await moved("a", 1);
      const walk = await store.openWalk(tenant, {
        epoch: numbers[0],
        at: "2001-01-01T00:00:00.000Z",
        expiresAt: "2001-01-01T00:10:00.000Z",
      });
      await store.editDevices(tenant, [hex("a")], { addTags: ["x"] });
      expect((await store.listDevices(tenant, pinned(walk))).devices[0]?.tags).toEqual([]);
    });

    test("overlapping walks each see their own moment, across changes within one transaction", async () => {
      await moved("a", 1);
      const walks: Walk[] = [];
      for (const minute of [2, 3, 4]) {
        walks.push(await open(1, 100));
        await store.checkIn(tenant, [aCheckIn("a", minute, minute), aCheckIn(`new ${minute}`, 1, 1), aCheckIn("a", minute, minute + 1)]);
      }
      await open(50, 60);
      expect(await Promise.all(walks.map(namesAt))).toEqual([
        [`a ${momentOf(1)}`],
        [`a ${momentOf(2)}`, `new 2 ${momentOf(1)}`],
        [`a ${momentOf(3)}`, `new 2 ${momentOf(1)}`, `new 3 ${momentOf(1)}`],
      ]);
    });

    test("pages that are read while batches are being written are those of the moment", async () => {
      const ids = Array.from({ length: 200 }, (_, index) => `pc-${index}`);
      await store.checkIn(
        tenant,
        ids.map((id, index) => aCheckIn(id, 1, index % 10)),
      );
      const walk = await open(2, 1_000);
      const expected = (await store.listDevices(tenant, { ...pinned(walk), limit: 1_000 })).devices;
      const writing = (async () => {
        for (let round = 0; round < 20; round++)
          await store.checkIn(
            tenant,
            ids.map((id, index) => aCheckIn(id, 3 + round, (index + round) % 7)),
          );
      })();
      for (let round = 0; round < 5; round++) {
        const pages: ListedDevice[] = [];
        while (pages.length < ids.length) {
          const after = pages.at(-1)?.deviceId ?? "";
          pages.push(...(await store.listDevices(tenant, { ...pinned(walk), after, limit: 30 })).devices);
        }
        expect(pages).toEqual(expected);
      }
      await writing;
      expect((await store.listDevices(tenant, { ...pinned(walk), limit: 1_000 })).devices).toEqual(expected);
    });

    // Every operation is a transaction on all nodes there.
    const runs = isOnCitus ? 100 : 300;
    test(
      `whatever happens between pages, they are those of the moment the walk was opened: ${runs} times`,
      async () => {
        let run = 0;
        let now = 1_000;
        let pages = 0;
        await fc.assert(
          fc.asyncProperty(fc.array(operation, { minLength: 10, maxLength: 60, size: "max" }), async (operations) => {
            const who = `tenant ${run++}`;
            now += 100;
            const fleet = new Fleet(store, who, numbers, now);
            for (const each of operations) await fleet.run(each);
            await fleet.finish();
            now = fleet.now;
            pages += fleet.pages;
          }),
          { numRuns: runs, seed: 20_260_330 },
        );
        expect(pages).toBeGreaterThan(10 * runs);
        // Ten thousand transactions, each on the disk, and in PostgreSQL with a replica that follows.
      },
      onCitus(300_000),
    );
  });
}

/** A store and the model of it, side by side. */
class Fleet {
  now: number;
  pages = 0;
  readonly #store: OpenFleetStore;
  readonly #tenant: string;
  readonly #epochs: readonly [number, number];
  readonly #model = new FleetModel();
  readonly #last = new Map<number, Parameters<OpenFleetStore["checkIn"]>[1][number]>();
  #walks: Walking[] = [];

  constructor(store: OpenFleetStore, tenant: string, numbers: readonly [number, number], now: number) {
    this.#store = store;
    this.#tenant = tenant;
    this.#epochs = numbers;
    this.now = now;
  }

  async run(operation: Operation): Promise<void> {
    switch (operation.kind) {
      case "check-in":
        return this.#take(operation.reports.map((report) => this.#reportOf(report)));
      case "repeat": {
        const last = this.#last.get(operation.device);
        return last === undefined ? undefined : this.#take([{ ...last, at: momentOf(this.now), receivedAt: momentOf(this.now) }]);
      }
      case "edit": {
        const ids = operation.chosen.map((each) => hex(`device ${each}`));
        await this.#store.editDevices(this.#tenant, ids, operation.edit);
        return this.#model.edit(ids, operation.edit);
      }
      case "open":
        return this.#open(operation);
      case "page":
        return this.#page(this.#live()[operation.which % Math.max(1, this.#live().length)], operation.prolong);
      case "count":
        return this.#count(this.#live()[operation.which % Math.max(1, this.#live().length)]);
      case "wait":
        this.now += operation.minutes;
        return;
      case "elsewhere":
        await this.#store.checkIn(other, [aCheckIn(`device ${operation.device}`, this.now, operation.number)]);
    }
  }

  /** reads what is left of the walks that are alive, and what is there now */
  async finish(): Promise<void> {
    for (const walking of this.#live()) {
      await this.#count(walking);
      while (walking.read.length < walking.expected.length) await this.#page(walking, undefined);
      await this.#page(walking, undefined);
    }
    for (const [index, epoch] of this.#epochs.entries()) {
      const view = { epoch, at: momentOf(this.now) };
      expect((await this.#store.listDevices(this.#tenant, { view, limit: 100 })).devices).toEqual(this.#model.listed(index));
      expect((await this.#store.countDigests(this.#tenant, view, { byGroup: true })).counts).toEqual(
        groupsOf(this.#model.listed(index), true),
      );
    }
  }

  #reportOf({ device: number, minutes, number: content, variant, assign }: Extract<Operation, { kind: "check-in" }>["reports"][number]) {
    const tags = [[], ["x"], ["group:a", "x"], ["y"]][variant] ?? [];
    return aCheckIn(`device ${number}`, this.now + minutes, content, {
      name: variant === 3 ? `v${number}` : `Device ${number}`,
      receivedAt: momentOf(this.now),
      facts: { tags, ipAddresses: variant === 1 ? ["10.0.0.1"] : [] },
      ...(assign === undefined ? {} : { assignTags: assign }),
    });
  }

  async #take(checkIns: Parameters<OpenFleetStore["checkIn"]>[1]): Promise<void> {
    await this.#store.checkIn(this.#tenant, checkIns);
    for (const checkIn of checkIns) {
      this.#model.checkIn(checkIn);
      for (let index = 0; index < devices; index++) if (checkIn.deviceId === hex(`device ${index}`)) this.#last.set(index, checkIn);
    }
  }

  async #open(opening: Opening): Promise<void> {
    const [at, expiresAt] = [momentOf(this.now), this.now + opening.minutes];
    const epoch = this.#epochs[opening.epoch] ?? 0;
    const walk = await this.#store.openWalk(this.#tenant, { epoch, at, expiresAt: momentOf(expiresAt) });
    const listed = this.#model.listed(opening.epoch);
    const byId = new Map(listed.map((each) => [each.deviceId, each]));
    const filter = opening.filter === undefined ? undefined : parseFilter(opening.filter, MACHINES);
    const rows = listed.map((each) => wireRow(each, at)).filter((row) => filter === undefined || meets(filter, row));
    const expected = orderRows(rows, parseOrderBy(opening.orderBy, MACHINES)).map(({ id }) => byId.get(String(id)) ?? expect.fail());
    this.#walks.push({ walk, opening, expected, pinned: this.#model.pinned(), read: [], expiresAt });
  }

  #live(): readonly Walking[] {
    return this.#walks.filter(({ expiresAt }) => expiresAt > this.now);
  }

  async #page(walking: Walking | undefined, prolong: number | undefined): Promise<void> {
    if (walking === undefined) return;
    const { walk, opening, expected, read } = walking;
    expect(await this.#store.walk(this.#tenant, walk.id, momentOf(this.now))).toMatchObject({
      id: walk.id,
      change: walk.change,
      at: walk.at,
    });
    if (prolong !== undefined) {
      walking.expiresAt = Math.max(walking.expiresAt, this.now + prolong);
      await this.#store.prolongWalk(walk.id, momentOf(this.now + prolong));
    }
    const { size } = opening;
    const list = await this.#store.listDevices(this.#tenant, {
      view: { epoch: walk.epoch, at: walk.at, change: walk.change },
      ...(opening.filter === undefined ? {} : { filter: parseFilter(opening.filter, MACHINES) }),
      ...(opening.orderBy === undefined
        ? { after: read.at(-1)?.deviceId ?? "" }
        : { orderBy: parseOrderBy(opening.orderBy, MACHINES), skip: read.length }),
      limit: size,
      count: true,
    });
    expect(list.devices).toEqual(expected.slice(read.length, read.length + size));
    expect(list.total).toBe(expected.length);
    walking.read = [...read, ...list.devices];
    this.pages++;
  }

  async #count(walking: Walking | undefined): Promise<void> {
    if (walking === undefined) return;
    const { walk, opening, pinned } = walking;
    const view = { epoch: walk.epoch, at: walk.at, change: walk.change };
    for (const byGroup of [false, true]) {
      const { counts } = await this.#store.countDigests(this.#tenant, view, { byGroup });
      expect(counts).toEqual(groupsOf(pinned.listed(opening.epoch), byGroup));
    }
  }
}

function groupsOf(listed: readonly ListedDevice[], byGroup: boolean): readonly GroupCount[] {
  const counts = new Map<string, GroupCount>();
  for (const { digest, ...device } of listed) {
    const { groupId, groupName } = byGroup ? device : { groupId: 0, groupName: null };
    const key = `${digest} ${String(groupId).padStart(12, "0")}`;
    counts.set(key, { digest, devices: (counts.get(key)?.devices ?? 0) + 1, groupId, groupName });
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
}
