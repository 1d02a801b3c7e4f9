import { setTimeout as wait } from "node:timers/promises";
import { distributeDatabase } from "../src/stores/postgres/distribute.ts";
import { deviceTables, smallTables } from "../src/stores/postgres/migrations.ts";
import { openPostgresStore } from "../src/stores/postgres/postgres-store.ts";
import { createDatabase, execute, rowsOf, type TestDatabase } from "./postgres-servers.ts";
import type { ReadyServer } from "./start-postgres.ts";

/** A cluster that tests run on: databases are made on all its nodes, under one name. */
interface Cluster {
  /** of a database on the coordinator that tests leave alone */
  readonly url: string;
  /** the same on the workers */
  readonly workers: readonly string[];
}

/** The cluster of the coordinator that a URL names: a database there in which Citus knows its nodes. */
export async function readyCitus(url: string): Promise<ReadyServer> {
  const nodes = await rowsOf(url, "SELECT nodename AS host, nodeport AS port FROM pg_dist_node WHERE groupid <> 0 ORDER BY nodeid");
  const workers = nodes.map(({ host, port }) => {
    const worker = new URL(url);
    worker.hostname = String(host);
    worker.port = String(port);
    return worker.href;
  });
  const cluster = { url, workers };
  const bare = await createCitusDatabase(cluster);
  await (await openPostgresStore(settingsFor(bare))).close();
  await distributeDatabase(settingsFor(bare));
  for (const node of [url, ...workers]) await closeToOthers(node, nameOf(bare));
  await execute(url, `CREATE TABLE copies_of_${nameOf(bare)} (name text PRIMARY KEY, is_out boolean NOT NULL)`);
  return { name: "Citus", url, workers, template: nameOf(bare) };
}

/** A database on all nodes, with Citus and without tables of ours. */
export async function createCitusDatabase({ url, workers }: Cluster): Promise<string> {
  const made = await createDatabase(url, undefined, workers);
  for (const node of [url, ...workers]) await execute(at(node, nameOf(made.url)), "CREATE EXTENSION citus");
  const coordinator = new URL(url);
  await execute(made.url, `SELECT citus_set_coordinator_host('${coordinator.hostname}', ${coordinator.port})`);
  await addNodes(made.url, workers);
  return made.url;
}

/** Tells Citus of workers. */
export async function addNodes(database: string, workers: readonly string[]): Promise<void> {
  for (const { hostname, port } of workers.map((worker) => new URL(worker)))
    await execute(database, `SELECT citus_add_node('${hostname}', ${port})`);
}

/** Forgets a database on all nodes. */
export async function dropEverywhere({ url, workers = [] }: Pick<ReadyServer, "url" | "workers">, database: string): Promise<void> {
  for (const node of [url, ...workers]) await dropDatabase(node, nameOf(database));
}

/** A database of one test. Making and dropping one takes seconds, so those that were given back are emptied and lent again. */
export async function lendDatabase({ url, workers = [], template }: ReadyServer): Promise<TestDatabase> {
  const copies = `copies_of_${template}`;
  const [free] = await rowsOf(
    url,
    `UPDATE ${copies} SET is_out = true WHERE name = (SELECT name FROM ${copies} WHERE NOT is_out LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING name`,
  );
  const name = free === undefined ? nameOf((await createDatabase(url, template, workers)).url) : String(free["name"]);
  await execute(url, `INSERT INTO ${copies} VALUES ('${name}', true) ON CONFLICT DO NOTHING`);
  const drop = async (): Promise<void> => {
    await execute(url, `ALTER DATABASE ${name} RESET ALL`);
    await execute(at(url, name), emptying);
    await execute(url, `UPDATE ${copies} SET is_out = false WHERE name = '${name}'`);
  };
  return { url: at(url, name), drop };
}

/** As after the migrations; with a tenant of another id. */
const emptying = `SET lock_timeout = '10s'; ${[...deviceTables, ...smallTables].map((table) => `DELETE FROM ${table};`).join(" ")}
  INSERT INTO setting (name, value) VALUES ('generation', '0'); INSERT INTO fleet_change (id, value) VALUES (1, 1);
  INSERT INTO tenant (tenant_id, alias) SELECT overlay(gen_random_uuid()::text PLACING 'a' FROM 20 FOR 1), 'default'`;

/** Forgets what was lent, and what it was copied from. */
export async function forgetDatabases(server: ReadyServer): Promise<void> {
  const copies = await rowsOf(server.url, `SELECT name FROM copies_of_${server.template}`);
  for (const name of [server.template, ...copies.map((copy) => String(copy["name"]))]) await dropEverywhere(server, at(server.url, name));
  await execute(server.url, `DROP TABLE copies_of_${server.template}`);
}

/** Citus's own process for a database comes back while nobody stops it: then it is tried again. */
async function dropDatabase(node: string, name: string): Promise<void> {
  await execute(node, `ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
  for (let attempt = 1; attempt < 10; attempt++) {
    try {
      return await execute(node, `DROP DATABASE ${name} WITH (FORCE)`);
    } catch {
      await wait(100);
    }
  }
}

/** A database on all nodes of its cluster, the coordinator's first. */
export function nodesOf({ url, workers = [] }: Pick<ReadyServer, "url" | "workers">, database: string): readonly string[] {
  return [url, ...workers].map((node) => at(node, nameOf(database)));
}

/** Nobody may be connected to what is copied, not even Citus's own process for it. */
async function closeToOthers(node: string, name: string): Promise<void> {
  await execute(at(node, "postgres"), `ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
  await execute(at(node, "postgres"), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
}

function settingsFor(url: string) {
  return { url, statements: "named", timeoutMs: 20_000, connections: 3 } as const;
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

function at(node: string, name: string): string {
  const url = new URL(node);
  url.pathname = `/${name}`;
  return url.href;
}
