import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { openPostgresStoreAt } from "../a-postgres.ts";
import { type ReplicatedPlace, type ServerPair, startServerPair } from "../a-replica.ts";
import { createDatabase, execute, postgresPrograms, rowsOf } from "../postgres-servers.ts";
import { listenIn } from "../postgres-wire.ts";
import { describeDeviceStore } from "./device-store.contract.ts";
import { describeFleetStore } from "./fleet-store.contract.ts";
import { aCheckIn, digestOf, hex, momentOf, standingsOf } from "./made-up-fleet.ts";

// The copy of a server is made by `cp`.
const programs = process.platform === "win32" ? [] : await postgresPrograms();
const pairs = await Promise.all(programs.map(async (program) => ({ name: program.name, pair: await startServerPair(program) })));
afterAll(() => Promise.all(pairs.map(({ pair }) => pair.remove())));

if (pairs.length === 0) process.stderr.write("No PostgreSQL to copy here: tests of --database-read are left out.\n");

for (const { name, pair } of pairs) {
  const made: ReplicatedPlace[] = [];
  const makePlace = async (): Promise<ReplicatedPlace> => {
    const place = await pair.makePlace();
    made.push(place);
    return place;
  };
  describeDeviceStore(`${name} with a replica`, makePlace);
  describeFleetStore(`${name} with a replica`, makePlace, { isKept: true });
  test(`most long readings of these contracts went to the replica: ${name}`, () => {
    const sum = (of: (place: ReplicatedPlace) => number): number => made.map(of).reduce((a, b) => a + b, 0);
    const [reads, passed] = [sum(({ watch }) => watch.reads), sum(({ watch }) => watch.passed)];
    expect(reads).toBeGreaterThan(300);
    expect(reads).toBeGreaterThan(4 * passed);
    expect(made.flatMap(({ watch }) => watch.told).filter((state) => state === "away")).toEqual([]);
  });
}

const view = { epoch: 1, at: momentOf(100) };

describe.each(pairs)("$name with a replica", ({ pair }: { readonly pair: ServerPair }) => {
  let place: ReplicatedPlace;
  let store: PostgresStore;
  let tenant: string;
  beforeEach(async () => {
    place = await pair.makePlace();
    store = await place.open();
    tenant = (await store.tenants())[0]?.id ?? "";
    await store.keepStandings(1, standingsOf(0));
  });
  afterEach(async () => {
    await place.resume();
    await store.close();
    await place.remove();
  });

  const fill = (devices: number, minute = 1): Promise<unknown> =>
    store.checkIn(
      tenant,
      Array.from({ length: devices }, (_, index) => aCheckIn(`pc-${index}`, minute, index % 5)),
    );
  /** every long reading there is, of whatever store */
  const readAll = async (from: PostgresStore): Promise<unknown> => [
    await from.listDevices(tenant, { view, limit: 1_000, count: true }),
    await from.countDigests(tenant, view, { byGroup: true }),
    await from.devices(tenant, { limit: 1_000 }),
    await from.deviceCounts(tenant),
    await from.inventories(Array.from({ length: 25 }, (_, number) => digestOf(number % 5))),
  ];
  /** the same from the primary alone */
  const readPrimary = async (): Promise<unknown> => {
    const other = await openPostgresStoreAt(place.url);
    const read = await readAll(other);
    await other.close();
    return read;
  };

  test("long readings are asked of the replica, and the primary hears nothing of them", async () => {
    await fill(40);
    await place.untilCaughtUp();
    const [one, other] = [await listenIn(place.url), await listenIn(place.readUrl)];
    const through = await place.openAt({ url: one.url, readUrl: other.url });
    const before = one.statements().length;
    await readAll(through);
    const [asked, passedOn] = [one.statements().slice(before), other.statements()];
    await through.close();
    await Promise.all([one.close(), other.close()]);
    expect(passedOn.filter((sql) => /FROM (?:device|inventory|\(SELECT)/.test(sql))).toHaveLength(6);
    expect(asked.filter((sql) => /FROM (?:device|inventory|\(SELECT)/.test(sql))).toEqual([]);
    expect(place.watch).toMatchObject({ reads: 5, passed: 0, told: [] });
    expect(await readAll(store)).toEqual(await readPrimary());
  });

  test("what was acknowledged is seen at once however far the replica is behind, whoever took it in", async () => {
    await fill(10);
    const other = await place.open();
    await place.pause();
    const lastSeen = async (): Promise<readonly unknown[]> => {
      const { devices } = await store.listDevices(tenant, { view, limit: 1_000 });
      return devices.filter(({ deviceId }) => deviceId === hex("pc-3")).map((device) => [device.lastSeen, device.tags]);
    };
    // The same report again: no change of the fleet, but seen later.
    await other.checkIn(tenant, [aCheckIn("pc-3", 50, 3)]);
    expect(await lastSeen()).toEqual([[momentOf(50), []]]);
    await other.editDevices(tenant, [hex("pc-3")], { addTags: ["mine"] });
    expect(await lastSeen()).toEqual([[momentOf(50), ["mine"]]]);
    await other.checkIn(tenant, [aCheckIn("new", 51, 7)]);
    expect((await store.devices(tenant, { limit: 100 })).map(({ name }) => name)).toContain("new");
    expect(await store.deviceCounts(tenant)).toContainEqual({ digest: digestOf(7), devices: 1 });
    expect((await store.countDigests(tenant, view)).counts).toHaveLength(6);
    expect(await readAll(store)).toEqual(await readPrimary());
    await other.keepStandings(2, standingsOf(1));
    const { devices } = await store.listDevices(tenant, { view: { ...view, epoch: 2 }, limit: 100 });
    expect(devices.filter(({ standing }) => standing === undefined)).toEqual([]);
    expect(devices).toHaveLength(11);
    expect(place.watch.told).toEqual(["behind"]);
    const { reads } = place.watch;
    await place.resume();
    await readAll(store);
    expect(place.watch.reads).toBe(reads + 5);
    expect(place.watch.told).toEqual(["behind", "used"]);
    await other.close();
  });

  test("a walk goes on at a replica that has come as far as the walk, and sees what it saw", async () => {
    await fill(30);
    const walk = await store.openWalk(tenant, { epoch: 1, at: momentOf(1), expiresAt: "9999-01-01T00:00:00.000Z" });
    const page = async () => (await store.listDevices(tenant, { view: { ...view, change: walk.change }, limit: 100 })).devices;
    await place.untilCaughtUp();
    const first = await page();
    await place.pause();
    await store.checkIn(
      tenant,
      Array.from({ length: 30 }, (_, index) => aCheckIn(`pc-${index}`, 9, 1 + (index % 5))),
    );
    const { reads } = place.watch;
    expect(await page()).toEqual(first);
    expect(place.watch.reads).toBe(reads + 1);
    await place.resume();
    expect(await page()).toEqual(first);
    expect(place.watch.reads).toBe(reads + 2);
    expect(first.map(({ lastSeen }) => lastSeen)).toEqual(Array.from({ length: 30 }, () => momentOf(1)));
  });

  test("while devices check in, every reading shows at least what was acknowledged before it, and the replica has its share", async () => {
    let acknowledged = 0;
    let isOver = false;
    const writing = (async () => {
      for (let number = 0; number < 150; number++) {
        await store.checkIn(tenant, [aCheckIn(`pc-${number}`, 1, number % 5)]);
        acknowledged = number + 1;
        await wait(5);
      }
      isOver = true;
    })();
    const other = await place.open();
    const seen: (readonly [least: number, found: number])[] = [];
    while (!isOver) {
      const least = acknowledged;
      seen.push([least, (await other.listDevices(tenant, { view, limit: 1_000 })).devices.length]);
    }
    await writing;
    expect(seen.filter(([least, found]) => found < least)).toEqual([]);
    expect(seen.length).toBeGreaterThan(5);
    expect(place.watch.reads).toBeGreaterThan(0);
    await other.close();
  });

  test("a replica that is killed is done without, and used again when it is back", async () => {
    await fill(20);
    await readAll(store);
    await pair.replica.kill();
    expect(await readAll(store)).toEqual(await readPrimary());
    expect(place.watch.told).toEqual(["away"]);
    await fill(21, 2);
    expect((await store.devices(tenant, { limit: 100 })).length).toBe(21);
    await pair.replica.start();
    await place.untilCaughtUp();
    const { reads } = place.watch;
    for (let tries = 0; place.watch.reads === reads && tries < 200; tries++) {
      expect((await store.devices(tenant, { limit: 100 })).length).toBe(21);
      await wait(50);
    }
    expect(place.watch.reads).toBe(reads + 1);
    expect(place.watch.told).toEqual(["away", "used"]);
  });

  test("a database that is no replica of this one is never read, even where its numbers are higher", async () => {
    await fill(5);
    // A database that is copied must not be in use.
    await store.close();
    const { url: foreign, drop } = await createDatabase(pair.primary.url, new URL(place.url).pathname.slice(1));
    store = await place.open();
    await execute(foreign, "DELETE FROM device");
    await execute(foreign, "UPDATE fleet_change SET value = value + 1000");
    await place.untilCaughtUp();
    const foreignReplica = Object.assign(new URL(place.readUrl), { pathname: new URL(foreign).pathname }).href;
    for (const readUrl of [foreign, foreignReplica, place.url]) {
      const other = await place.openAt({ readUrl });
      expect((await other.devices(tenant, { limit: 100 })).length).toBe(5);
      await other.close();
    }
    expect(place.watch).toMatchObject({ reads: 0, passed: 3, told: ["away", "away", "away"] });
    await drop();
  });

  test("nothing is written through the replica, and sign-in and catalogs are asked of the primary", async () => {
    await place.pause();
    await store.addTenant({ id: "33333333-3333-4333-8333-333333333333", alias: "other" });
    expect(await store.tenants()).toHaveLength(2);
    expect(await store.secret("x", () => Buffer.from("y"))).toEqual(await store.secret("x", () => Buffer.from("z")));
    expect((await store.holdings()).generation).toBe(0);
    expect(await store.epoch({ contentHash: "c", asOf: "2026-01-01", rules: "" })).toBe(
      await store.epoch({ contentHash: "c", asOf: "2026-01-01", rules: "" }),
    );
    await place.resume();
    expect(await rowsOf(place.readUrl, "SELECT 1 FROM tenant")).toHaveLength(2);
  });

  test.each(["mysql://x/y", "postgres://hunter2@["])("%s is refused, without repeating it", async (readUrl) => {
    const error: unknown = await place.openAt({ readUrl }).catch((each: unknown) => each);
    expect(error).toMatchObject({ code: "usage", message: expect.stringContaining("--database-read") });
    expect(String((error as Error).stack)).not.toContain("hunter2");
  });
});

describe.skipIf(pairs.length > 0)("PostgreSQL with a replica", () => {
  test.skip("there is no server here whose data could be copied", () => expect.fail());
});
