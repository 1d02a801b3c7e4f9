import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DistributeOptions, Distribution } from "../../src/stores/postgres/distribute.ts";
import { distributeDatabase } from "../../src/stores/postgres/distribute.ts";
import { deviceTables, smallTables } from "../../src/stores/postgres/migrations.ts";
import { openPostgresStore, type PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { postgresServers, settingsOf } from "../a-postgres.ts";
import { addNodes, createCitusDatabase, dropEverywhere } from "../citus-servers.ts";
import { createDatabase, execute, rowsOf } from "../postgres-servers.ts";
import { aCheckIn, hex, momentOf, standingsOf } from "./made-up-fleet.ts";

const citus = postgresServers.filter(({ workers }) => workers !== undefined);

describe.each(postgresServers)("distributing a database of $name", (server) => {
  test("is refused where there is no Citus, and nothing is made there", async () => {
    const { url, drop } = await createDatabase(server.url);
    await expect(distributeDatabase(settingsOf(url))).rejects.toMatchObject({
      code: "database",
      message: "the database has no Citus",
      hint: expect.stringContaining("CREATE EXTENSION citus"),
    });
    expect(await rowsOf(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
    await drop();
  });
});

describe.each(citus)("distributing a database of $name", (server) => {
  let url: string;
  beforeEach(async () => {
    url = await createCitusDatabase({ url: server.url, workers: server.workers ?? [] });
  });
  afterEach(() => dropEverywhere(server, url));

  const distribute = (options?: DistributeOptions): Promise<Distribution> => distributeDatabase(settingsOf(url), options);
  const opened = async <T>(work: (store: PostgresStore, tenant: string) => Promise<T>): Promise<T> => {
    const store = await openPostgresStore(settingsOf(url));
    try {
      return await work(store, (await store.tenants())[0]?.id ?? "");
    } finally {
      await store.close();
    }
  };
  /** with something in every table of devices */
  const fill = (): Promise<void> =>
    opened(async (store, tenant) => {
      await store.checkIn(
        tenant,
        Array.from({ length: 300 }, (_, index) => aCheckIn(`pc-${index}`, 1, index % 9)),
        [{ epoch: await store.epoch({ contentHash: "c", asOf: "", rules: "" }), standings: standingsOf(0) }],
      );
      await store.openWalk(tenant, { epoch: 1, at: momentOf(2), expiresAt: "9999-01-01T00:00:00.000Z" });
      await store.checkIn(
        tenant,
        Array.from({ length: 40 }, (_, index) => aCheckIn(`pc-${index * 3}`, 2, 4)),
      );
    });
  /** all that is told of the fleet, as it is and as the walk sees it */
  const told = (): Promise<unknown> =>
    opened(async (store, tenant) => {
      const view = { epoch: 1, at: momentOf(3) };
      const [walk] = await rowsOf(url, "SELECT change FROM walk");
      const lists = [];
      for (const seen of [view, { ...view, change: Number(walk?.["change"]) }]) {
        lists.push(await store.listDevices(tenant, { view: seen, limit: 1_000, count: true }), await store.countDigests(tenant, seen));
      }
      return [lists, await store.history(tenant, hex("pc-3")), await store.deviceCounts(tenant), await store.outsideChanges()];
    });

  test("a filled one tells afterwards what it told before, and goes on from there", async () => {
    await fill();
    const before = await told();
    const reports: string[] = [];
    const done = await distribute({ shards: 4, report: (table, rows, state) => reports.push(`${table} ${rows} ${state}`) });
    expect(done).toMatchObject({ workers: server.workers?.length, shards: 4, moved: 18 });
    expect(done.tables.find(({ table }) => table === "device")).toEqual({ table: "device", rows: 300, place: "by device" });
    expect(reports).toContain("device 300 moving");
    expect(reports).toContain("device_past 40 moved");
    expect(await told()).toEqual(before);
    await opened(async (store, tenant) => {
      expect(await store.checkIn(tenant, [aCheckIn("pc-3", 9, 1), aCheckIn("new", 9, 1)])).toMatchObject([
        { outcome: "updated" },
        { outcome: "new" },
      ]);
    });
    // The rows are not kept a second time where they were: what is left there is an empty table.
    expect(await rowsOf(url, "SELECT pg_relation_size('device') AS bytes")).toEqual([{ bytes: "0" }]);
  });

  test("again it changes nothing, and shards that were cut meanwhile are asked as well", async () => {
    expect((await distribute({ shards: 4 })).moved).toBe(18);
    await execute(url, "DELETE FROM device_node");
    expect(await distribute()).toMatchObject({ moved: 0, shards: 4 });
    expect(
      await rowsOf(url, "SELECT DISTINCT get_shard_id_for_distribution_column('device_node', device_id) FROM device_node"),
    ).toHaveLength(4);
  });

  test.each(["fleet_change", "inventory", "device", "device_past", "device_node"])(
    "broken off at %s it goes on there, and meanwhile no server starts",
    async (broken) => {
      await fill();
      const before = await told();
      const breaking = distribute({
        report: (table, _, state) => {
          if (table === broken && state === "moved") throw new Error("the power failed");
        },
      });
      await expect(breaking).rejects.toThrow("the power failed");
      if (broken === "fleet_change") expect(await told()).toEqual(before);
      else {
        await expect(openPostgresStore(settingsOf(url))).rejects.toMatchObject({
          code: "database",
          message: expect.stringContaining(broken),
          hint: expect.stringContaining("patchgap database distribute"),
        });
      }
      const order = [...smallTables, ...deviceTables, "device_node"];
      expect((await distribute()).moved).toBe(order.length - order.indexOf(broken));
      expect(await told()).toEqual(before);
    },
  );

  test("one whose process was killed holds nobody up", async () => {
    await fill();
    let isKilled = false;
    const killing = distribute({
      report: (table) => {
        if (table !== "device" || isKilled) return;
        isKilled = true;
        void execute(
          url,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'patchgap'",
        );
      },
    });
    // What it had under way is taken back, and begun again on a new connection.
    expect(await killing).toMatchObject({ shards: 8 });
    expect(await opened(async (store, tenant) => (await store.deviceCounts(tenant)).length)).toBe(9);
  });

  test("it is refused while a server is at work, which then goes on as before", async () => {
    await fill();
    await opened(async (store, tenant) => {
      await expect(distribute()).rejects.toMatchObject({ code: "busy", message: expect.stringContaining("at work") });
      expect(await store.checkIn(tenant, [aCheckIn("new", 9, 1)])).toMatchObject([{ outcome: "new" }]);
    });
    expect(await rowsOf(url, "SELECT 1 FROM pg_dist_partition")).toEqual([]);
  });

  test("one that began to work in the very moment is seen, and what was moved by then is moved back", async () => {
    await fill();
    let late: Promise<PostgresStore> | undefined;
    const begun = distribute({
      report: (table, _, state) => {
        if (table === "fleet_change" && state === "moving") late = openPostgresStore(settingsOf(url));
      },
    });
    await expect(begun).rejects.toMatchObject({ code: "busy" });
    expect(await rowsOf(url, "SELECT 1 FROM pg_dist_partition")).toEqual([]);
    const store = await late;
    expect(await store?.deviceCounts((await store.tenants())[0]?.id ?? "")).toHaveLength(9);
    await store?.close();
  });

  test("it says what is missing: workers, the coordinator among the nodes, the right node", async () => {
    const [first = ""] = server.workers ?? [];
    await execute(url, "SELECT citus_remove_node(nodename, nodeport) FROM pg_dist_node WHERE groupid <> 0");
    await expect(distribute()).rejects.toMatchObject({ message: "Citus knows no worker yet" });
    await execute(url, "SELECT citus_remove_node(nodename, nodeport) FROM pg_dist_node");
    await addNodes(url, [first]);
    await expect(distribute()).rejects.toMatchObject({ hint: expect.stringContaining("citus_set_coordinator_host") });
    const worker = new URL(first);
    worker.pathname = new URL(url).pathname;
    await expect(distributeDatabase(settingsOf(worker.href))).rejects.toMatchObject({ message: "the database is that of a worker" });
  });
});
