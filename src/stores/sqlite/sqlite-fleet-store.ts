import { randomUUID } from "node:crypto";
import type Database from "better-sqlite3";
import type { DeviceQuery, FleetStore, Walk } from "../fleet-store.ts";
import { askedBeside, type ListRow, lacking, type Statement, toGroupCount, toListedDevice } from "../sql/device-list.ts";
import { manyInventories, type PackedInventory, type Unpacker } from "../unpack-inventories.ts";
import { deviceEditor } from "./device-edit.ts";
import { besideStatements, digestsStatement, listStatement } from "./device-list.ts";
import type { Guarded } from "./sqlite-errors.ts";
import type { Reader } from "./sqlite-reader.ts";
import { standingKeeper } from "./standing-keeper.ts";

/** What reads beside the open database. */
export interface ReadingMeans extends Pick<Reader, "read" | "readSoon"> {
  readonly unpack: Unpacker["unpack"];
}

/** Lists, epochs and walks of an open database. */
export function sqliteFleet(
  database: Database.Database,
  guarded: Guarded,
  { read, readSoon, unpack }: ReadingMeans,
): Omit<FleetStore, "outsideChanges"> {
  const edit = deviceEditor(database);
  const keep = standingKeeper(database);
  return {
    epoch: (facts) => guarded(() => numberEpoch(database, facts)),
    keepStandings: (epoch, standings) => guarded(() => database.transaction(() => keep(epoch, standings)).immediate()),
    digestsWithoutStanding: (epoch, limit, sinceChange) =>
      guarded(() => {
        const [orElse, since] = sinceChange === undefined ? ["", []] : [inThePast, [sinceChange]];
        return database
          .prepare<number[], string>(withoutStanding(orElse))
          .pluck()
          .all(epoch, ...since, limit);
      }),
    forgetEpochs: (kept, now) => guarded(() => forgetEpochs(database, kept, now)),
    inventories: async (digests) =>
      unpack(
        digests.length < manyInventories ? await guarded(() => readBodies(database, digests)) : await readManyBodies(readSoon, digests),
      ),
    openWalk: (tenantId, walk) => guarded(() => database.transaction(() => openWalk(database, tenantId, walk)).immediate()),
    walk: (tenantId, id, now) => guarded(() => findWalk(database, tenantId, id, now)),
    prolongWalk: (id, expiresAt) =>
      guarded(
        () => void database.prepare("UPDATE walk SET expires_at = ? WHERE walk_id = ? AND expires_at < ?").run(expiresAt, id, expiresAt),
      ),
    lastChange: () => guarded(() => database.prepare<[], number>(changeStatement.sql).pluck().get() ?? 0),
    listDevices: (tenantId, query) => listDevices(read, tenantId, query),
    countDigests: (tenantId, view, { byGroup = false } = {}) => countDigests(read, digestsStatement(tenantId, view, byGroup)),
    editDevices: (tenantId, deviceIds, change) => guarded(() => edit(tenantId, deviceIds, change)),
  };
}

const changeStatement: Statement = { sql: "SELECT value FROM fleet_change", values: [] };

async function listDevices(read: Reader["read"], tenantId: string, query: DeviceQuery): ReturnType<FleetStore["listDevices"]> {
  const statements = [changeStatement, listStatement(tenantId, query), ...besideStatements(tenantId, query)];
  const [changes = [], rows = [], ...asked] = await read(statements);
  const devices = (rows as unknown as readonly ListRow[]).map(toListedDevice);
  return { devices, change: Number(changes[0]?.[0]), ...askedBeside(query, asked) };
}

async function countDigests(read: Reader["read"], statement: Statement): ReturnType<FleetStore["countDigests"]> {
  const [changes = [], rows = []] = await read([changeStatement, statement]);
  return { counts: rows.map(toGroupCount), change: Number(changes[0]?.[0]) };
}

function readBodies(database: Database.Database, digests: readonly string[]): readonly PackedInventory[] {
  const find = database.prepare<[string], Uint8Array>("SELECT body FROM inventory WHERE digest = ?").pluck();
  return digests.flatMap((digest) => {
    const body = find.get(digest);
    return body === undefined ? [] : [{ digest, body }];
  });
}

const bodiesSql = "SELECT j.key, i.body FROM json_each(?) j CROSS JOIN inventory i ON i.digest = j.value ORDER BY j.key";

async function readManyBodies(readSoon: Reader["readSoon"], digests: readonly string[]): Promise<readonly PackedInventory[]> {
  const rows = await readSoon({ sql: bodiesSql, values: [JSON.stringify(digests)] });
  return (rows as readonly (readonly [number, Uint8Array])[]).map(([index, body]) => ({ digest: digests[index] as string, body }));
}

function currentChange(database: Database.Database): number {
  return database.prepare<[], number>(changeStatement.sql).pluck().get() as number;
}

function numberEpoch(database: Database.Database, { contentHash, asOf, rules }: Parameters<FleetStore["epoch"]>[0]): number {
  const find = database.prepare<[string, string, string], number>(
    "SELECT epoch FROM epoch WHERE content_hash = ? AND as_of = ? AND rules = ?",
  );
  const known = find.pluck().get(contentHash, asOf, rules);
  if (known !== undefined) return known;
  database.prepare("INSERT OR IGNORE INTO epoch (content_hash, as_of, rules) VALUES (?, ?, ?)").run(contentHash, asOf, rules);
  return find.pluck().get(contentHash, asOf, rules) as number;
}

const withoutStanding = (orElse: string): string => `${lacking("?")}
    AND (EXISTS (SELECT 1 FROM tenant t CROSS JOIN device d WHERE d.tenant_id = t.tenant_id AND d.digest = i.digest)${orElse})
  LIMIT ?`;

/** Or what a device was at a change. */
const inThePast = " OR i.digest IN (SELECT p.digest FROM device_past p WHERE p.until_change > ?)";

function forgetEpochs(database: Database.Database, kept: readonly number[], now: string): readonly number[] {
  const list = JSON.stringify(kept);
  return database
    .transaction(() => {
      database.prepare("DELETE FROM walk WHERE expires_at <= ?").run(now);
      database
        .prepare("DELETE FROM standing WHERE epoch NOT IN (SELECT value FROM json_each(?)) AND epoch NOT IN (SELECT epoch FROM walk)")
        .run(list);
      return database.prepare<[], number>("SELECT DISTINCT epoch FROM walk ORDER BY epoch").pluck().all();
    })
    .immediate();
}

function openWalk(database: Database.Database, tenantId: string, walk: Omit<Walk, "id" | "change">): Walk {
  database.prepare("DELETE FROM walk WHERE expires_at <= ?").run(walk.at);
  database.prepare("DELETE FROM device_past WHERE until_change <= (SELECT coalesce(min(change), 9e18) FROM walk)").run();
  const opened = { ...walk, id: randomUUID(), change: currentChange(database) };
  database
    .prepare("INSERT INTO walk (walk_id, tenant_id, epoch, at, change, expires_at) VALUES (?, ?, ?, ?, ?, ?)")
    .run(opened.id, tenantId, opened.epoch, opened.at, opened.change, opened.expiresAt);
  return opened;
}

function findWalk(database: Database.Database, tenantId: string, id: string, now: string): Walk | undefined {
  return database
    .prepare<[string, string, string], Walk>(
      "SELECT walk_id AS id, epoch, at, change, expires_at AS expiresAt FROM walk WHERE walk_id = ? AND tenant_id = ? AND expires_at > ?",
    )
    .get(id, tenantId, now);
}
