import { ProductError } from "../../domain/errors.ts";
import type { Asking, Connections } from "./connections.ts";
import { migrations } from "./migrations.ts";
import { codeOf } from "./postgres-errors.ts";
import { refuseNewer } from "./schema-version.ts";

const versionTable = `CREATE TABLE IF NOT EXISTS patchgap_schema (id integer PRIMARY KEY CHECK (id = 1), version integer NOT NULL)`;

/**
 * Brings the database up to date, in one transaction. Of several that try at once one does it, under the lock of a row, which holds through any pooler;
 * the others find it done.
 */
export async function migrate(connections: Connections): Promise<void> {
  const { place } = connections;
  const [database] = await connections.all<{ encoding: string; version: number | null }>(
    `SELECT current_setting('server_encoding') AS encoding, to_regclass('patchgap_schema')::oid::bigint AS version`,
  );
  if (database?.encoding !== "UTF8") {
    throw new ProductError("database", `the database keeps texts as ${database?.encoding}, which cannot hold all names`, {
      place: { source: place },
      hint: "Create it with UTF8: `createdb --encoding UTF8 --template template0 NAME`.",
    });
  }
  const found = database.version === null ? 0 : await versionOf(connections);
  if (found < migrations.length) await upgrade(connections);
  else refuseNewer(found, place);
}

async function upgrade(connections: Connections): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connections.write((asking) => run(asking, connections.place));
    } catch (error) {
      // Two that create the same table at once: one of them is told that it is there, or that its name is taken.
      const cause = error instanceof ProductError ? error.cause : error;
      if (!/^(?:23505|42P07|42710)$/.test(codeOf(cause)) || attempt > 5) throw error;
    }
  }
}

async function run(asking: Asking, place: string): Promise<void> {
  await asking.run(versionTable);
  await asking.run("INSERT INTO patchgap_schema (id, version) VALUES (1, 0) ON CONFLICT DO NOTHING");
  const [held] = await asking.all<{ version: number }>("SELECT version FROM patchgap_schema WHERE id = 1 FOR UPDATE");
  const version = held?.version ?? 0;
  refuseNewer(version, place);
  // A server that runs on the former schema ends the change that it is at, and sees this one before it makes another.
  if (version > 0) await asking.all("SELECT value FROM fleet_change WHERE id = 1 FOR UPDATE");
  for (const migration of migrations.slice(version)) {
    for (const statement of statementsOf(migration)) await asking.run(statement);
  }
  await asking.run("UPDATE patchgap_schema SET version = $1 WHERE id = 1", [migrations.length]);
}

/** A migration has no `;` but at the end of its statements. */
function statementsOf(migration: string): readonly string[] {
  return migration
    .split(/;[ ]*\n/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

async function versionOf(asking: Asking): Promise<number> {
  const [held] = await asking.all<{ version: number }>("SELECT version FROM patchgap_schema WHERE id = 1");
  return held?.version ?? 0;
}
