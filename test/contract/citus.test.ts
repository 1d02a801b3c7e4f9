import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FleetView } from "../../src/stores/fleet-store.ts";
import { onCitus } from "../../src/stores/postgres/citus-connections.ts";
import { type Connections, openConnections } from "../../src/stores/postgres/connections.ts";
import { citusDialect } from "../../src/stores/postgres/dialect.ts";
import { openPostgresStore, type PostgresStore } from "../../src/stores/postgres/postgres-store.ts";
import { listStatements, type Statement } from "../../src/stores/sql/device-list.ts";
import { makePostgresPlace, type PostgresPlace, postgresServers, settingsOf } from "../a-postgres.ts";
import { nodesOf } from "../citus-servers.ts";
import { execute, rowsOf } from "../postgres-servers.ts";
import { aCheckIn, hex, momentOf, standingsOf } from "./made-up-fleet.ts";

const citus = postgresServers.filter(({ workers }) => workers !== undefined);

describe.skipIf(citus.length > 0)("Citus", () => {
  test.skip("nothing of it is tested: name a database on a coordinator with PATCHGAP_TEST_CITUS", () => expect.fail());
});

describe.each(citus)("on a cluster of $name", (server) => {
  let place: PostgresPlace;
  let store: PostgresStore;
  let tenant: string;
  let view: FleetView;
  beforeEach(async () => {
    place = await makePostgresPlace(server);
    store = await place.open();
    tenant = (await store.tenants())[0]?.id ?? "";
    view = { epoch: await store.epoch({ contentHash: "c", asOf: "", rules: "" }), at: momentOf(100) };
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  const many = Array.from({ length: 200 }, (_, index) => aCheckIn(`pc-${index}`, 1, index % 9));

  /** What one worker says, which others may say otherwise. */
  const on = (worker: number, sql: string) => rowsOf(nodesOf(server, place.url)[worker + 1] ?? "", sql);
  const shardOf = async (table: string): Promise<string> => {
    const [row] = await rowsOf(place.url, `SELECT shardid FROM pg_dist_shard WHERE logicalrelid = '${table}'::regclass`);
    return `${table}_${row?.["shardid"]}`;
  };

  test("devices lie on every worker, each with its history and its past, and all else lies everywhere", async () => {
    await store.checkIn(tenant, many);
    const placed = await rowsOf(
      place.url,
      "SELECT table_name::text AS name, citus_table_type AS type, distribution_column AS key, colocation_id AS together FROM citus_tables ORDER BY 1",
    );
    const distributed = placed.filter(({ type }) => type === "distributed");
    expect(distributed.map(({ name }) => name)).toEqual(["device", "device_history", "device_node", "device_past"]);
    expect(new Set(distributed.map(({ key, together }) => `${key} ${together}`)).size).toBe(1);
    expect(placed.filter(({ type }) => type === "reference")).toHaveLength(14);
    const rows = await rowsOf(
      place.url,
      `SELECT nodeport AS port, sum(result::int) AS devices FROM run_command_on_shards('device', 'SELECT count(*) FROM %s')
         JOIN citus_shards USING (shardid) GROUP BY nodeport`,
    );
    expect(rows).toHaveLength(server.workers?.length ?? 0);
    expect(rows.reduce((sum, { devices }) => sum + Number(devices), 0)).toBe(200);
    for (const { devices } of rows) expect(Number(devices)).toBeGreaterThan(50);
  });

  async function planOf({ sql, values }: Statement): Promise<string> {
    const asking = openConnections(settingsOf(place.url));
    const rows = await asking.all<{ readonly "QUERY PLAN": string }>(`EXPLAIN (VERBOSE) ${sql}`, values);
    await asking.close();
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  }

  /** All shards are asked, each once, and do the work: no part is fetched first and put together here. */
  async function expectPushedDown(statement: Statement, node: RegExp): Promise<void> {
    const plan = await planOf(statement);
    expect(plan).toMatch(/Task Count: 8\b/);
    expect(plan).not.toContain("Distributed Subplan");
    const [, task = ""] = plan.split("Tasks Shown");
    expect(task).toMatch(node);
    // What a device was and what it is are read in one statement of the worker.
    if (statement.sql.includes("device_past")) expect(task).toMatch(/on [\w.]*device_past_\d+/);
    expect(task).toMatch(/on [\w.]*device_\d+/);
  }

  test("counts and lists are made where the devices lie: every worker counts its own, orders and cuts", async () => {
    await store.checkIn(tenant, many);
    const { listStatement, countStatement, digestsStatement } = listStatements(citusDialect);
    for (const seen of [view, { ...view, change: 7 }]) {
      await expectPushedDown(digestsStatement(tenant, seen, false), /Aggregate/);
      await expectPushedDown(digestsStatement(tenant, seen, true), /Aggregate/);
      await expectPushedDown(countStatement(tenant, { view: seen, limit: 1 }), /Aggregate/);
      await expectPushedDown(listStatement(tenant, { view: seen, limit: 10, after: "0" }), /Limit/);
    }
  });

  test("one device is asked of one node", async () => {
    const plan = await planOf({ sql: "SELECT digest FROM device WHERE tenant_id = $1 AND device_id = $2", values: [tenant, hex("a")] });
    expect(plan).toMatch(/Task Count: 1\b/);
  });

  async function inTransaction(work: (asking: Parameters<Parameters<Connections["write"]>[0]>[0]) => Promise<void>): Promise<void> {
    const connections = onCitus(openConnections(settingsOf(place.url)));
    await connections.write(work);
    await connections.close();
  }

  test("what a check-in writes on a node is there at once: one connection leads to each", async () => {
    // It is held where it has written all but the last row.
    let held: Promise<unknown> = Promise.resolve();
    await inTransaction(async (asking) => {
      await asking.run("INSERT INTO writer (writer, writes) VALUES ('x', 1) ON CONFLICT (writer) DO UPDATE SET writes = 1");
      held = store.checkIn(tenant, many, [{ epoch: view.epoch, standings: standingsOf(0) }]);
      const busy = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL";
      for (const worker of [0, 1]) await expect.poll(async () => (await on(worker, busy)).length, { timeout: 20_000 }).toBe(2);
      await new Promise((resolve) => void setTimeout(resolve, 1_000));
      // Ours, and that of the check-in.
      for (const worker of [0, 1]) expect(await on(worker, busy)).toHaveLength(2);
    });
    await held;
    expect(await store.deviceCounts(tenant)).toHaveLength(9);
  });

  test("a number is told when all nodes have reached it", async () => {
    const change = async (): Promise<number> => (await store.listDevices(tenant, { view, limit: 0 })).change;
    await store.checkIn(tenant, many);
    const [before, outside] = [await change(), await store.outsideChanges()];
    const [numbers, writers] = [await shardOf("fleet_change"), await shardOf("writer")];
    // As if the workers had not committed yet what the coordinator has.
    for (const worker of [0, 1]) await on(worker, `UPDATE ${numbers} SET value = value - 1`);
    await on(0, `INSERT INTO ${writers} VALUES ('another', 3)`);
    expect([await change(), await store.outsideChanges()]).toEqual([before - 1, outside]);
    // What was counted before it is not what is now.
    expect(await store.lastChange()).toBe(before);
    await on(0, `UPDATE ${numbers} SET value = value + 1`);
    expect(await change()).toBe(before - 1);
    await on(1, `UPDATE ${numbers} SET value = value + 1`);
    await on(1, `INSERT INTO ${writers} VALUES ('another', 3)`);
    expect([await change(), await store.outsideChanges()]).toEqual([before, outside + 3]);
  });

  test("counts that somebody changes meanwhile are of one moment all the same", async () => {
    await store.checkIn(tenant, many);
    const numbers = await shardOf("fleet_change");
    // It never becomes still.
    await on(1, `UPDATE ${numbers} SET value = value - 1`);
    const { counts, change } = await store.countDigests(tenant, view);
    expect(counts.reduce((sum, { devices }) => sum + devices, 0)).toBe(200);
    expect(change).toBe(2);
    expect(await rowsOf(place.url, "SELECT walk_id FROM walk")).toEqual([]);
  });

  test("who changes the fleet waits for what a node has not committed yet, and is told busy when that lasts", async () => {
    const hasty = await openPostgresStore(settingsOf(place.url, { timeoutMs: 1_500 }));
    const numbers = await shardOf("fleet_change");
    const name = `left_${Date.now()}`;
    const worker = nodesOf(server, place.url)[1] ?? "";
    await execute(worker, `BEGIN; UPDATE ${numbers} SET value = value; PREPARE TRANSACTION '${name}'`);
    try {
      await expect(hasty.checkIn(tenant, [aCheckIn("a", 1, 1)])).rejects.toMatchObject({ code: "busy" });
      const waiting = store.checkIn(tenant, [aCheckIn("a", 1, 1)]);
      await execute(worker, `COMMIT PREPARED '${name}'`);
      expect(await waiting).toMatchObject([{ outcome: "new" }]);
    } finally {
      await execute(worker, `COMMIT PREPARED '${name}'`).catch(() => undefined);
      await hasty.close();
    }
  });

  test("a replica is refused, with what to do", async () => {
    const read = { url: "postgresql://127.0.0.1:1/x", watch: { reads: 0, passed: 0, tell: () => undefined } };
    await expect(openPostgresStore(settingsOf(place.url, { read }))).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("--database-read"),
    });
  });
});
