import { randomUUID } from "node:crypto";
import type { Standing } from "../../domain/fleet/standing.ts";
import type { DeviceQuery, EpochFacts, FleetStore, Walk } from "../fleet-store.ts";
import {
  askedBeside,
  type ListRow,
  type ListStatements,
  lacking,
  listStatements,
  toGroupCount,
  toListedDevice,
} from "../sql/device-list.ts";
import type { Dialect } from "../sql/dialect.ts";
import type { PackedInventory, Unpacker } from "../unpack-inventories.ts";
import type { Asking, Connections, Question } from "./connections.ts";
import { deviceEditor } from "./device-edit.ts";
import { dialect } from "./dialect.ts";
import { endWalks, lockFleet } from "./fleet-lock.ts";
import { countBeside } from "./marks.ts";
import type { Replica } from "./replica.ts";
import type { WatchedConnections } from "./schema-version.ts";
import { putStandings } from "./standings.ts";
import { tableStatistics } from "./table-statistics.ts";
import { decodeTexts, encodeText } from "./text-code.ts";
import { countWrite } from "./writers.ts";

export interface FleetStoreMeans {
  readonly unpack: Unpacker["unpack"];
  readonly replica?: Replica | undefined;
  /** those of the database */
  readonly words?: Dialect;
}

/** Lists, epochs and walks. */
export function postgresFleet(
  connections: WatchedConnections,
  writer: string,
  { unpack, replica, words = dialect }: FleetStoreMeans,
): FleetStore {
  const { all, run, write } = connections;
  const statements = listStatements(words);
  const wroteStandings = tableStatistics(connections, "standing");
  let analysing = Promise.resolve();
  const readAtLength: ReadAtLength = async (questions, change) =>
    (await replica?.read(questions, change)) ?? connections.readTogether(questions);
  return {
    epoch: (facts) => numberEpoch(connections, facts),
    keepStandings: async (epoch, standings) => {
      await write((asking) => keepStandings(asking, epoch, standings));
      analysing = analysing.then(() => wroteStandings(epoch, standings.length));
    },
    digestsWithoutStanding: async (epoch, limit, sinceChange) => {
      // Whoever asks whether all have one is about to list them.
      await analysing;
      const found =
        sinceChange === undefined
          ? await all<{ digest: string }>(withoutStanding, [epoch, limit])
          : await all<{ digest: string }>(withoutStandingSince, [epoch, limit, sinceChange]);
      return found.map(({ digest }) => digest);
    },
    forgetEpochs: (kept, now) => write((asking) => forgetEpochs(asking, writer, kept, now)),
    inventories: async (digests) => unpack(await readBodies(connections, digests, replica)),
    outsideChanges: () => connections.countOutside(writer),
    openWalk: (tenantId, walk) => openWalk(connections, tenantId, walk),
    walk: async (tenantId, id, now) => (await all<Walk>(findWalk, [id, tenantId, now]))[0],
    prolongWalk: async (id, expiresAt) => {
      await run("UPDATE walk SET expires_at = $2 WHERE walk_id = $1 AND expires_at < $2", [id, expiresAt]);
    },
    lastChange: async () => (await connections.allSoon<{ readonly value: number }>(newestChange))[0]?.value ?? 0,
    listDevices: (tenantId, query) => listDevices(readAtLength, tenantId, query, statements),
    countDigests: (tenantId, view, { byGroup = false } = {}) =>
      countDigests(readAtLength, statements.digestsStatement(tenantId, view, byGroup), view.change),
    editDevices: deviceEditor(connections, writer),
  };
}

/** Reads in one state; of a fleet that is seen as of a change, all up to that is enough. */
type ReadAtLength = (questions: readonly Question[], change?: number) => ReturnType<Connections["readTogether"]>;

async function keepStandings(asking: Asking, epoch: number, standings: readonly Standing[]): Promise<void> {
  await putStandings(asking, epoch, standings);
  await countBeside(asking);
}

const found = `WITH lacking AS MATERIALIZED (${lacking("$1")})`;

/** Inventories are few where devices are many: those that lack a standing are looked for first, then whether a device has them. */
export const withoutStanding: string = `${found}
  SELECT l.digest FROM lacking l WHERE EXISTS (SELECT 1 FROM device d WHERE d.digest = l.digest) LIMIT $2`;

/** The same, and those of what devices were at a change. */
export const withoutStandingSince: string = `${found}
  SELECT l.digest FROM lacking l WHERE EXISTS (SELECT 1 FROM device d WHERE d.digest = l.digest)
  UNION SELECT l.digest FROM lacking l WHERE EXISTS (SELECT 1 FROM device_past p WHERE p.digest = l.digest AND p.until_change > $3)
  LIMIT $2`;

const findWalk = `SELECT walk_id AS id, epoch, at, change, expires_at AS "expiresAt" FROM walk
  WHERE walk_id = $1 AND tenant_id = $2 AND expires_at > $3`;

/** The last change, asked for with what is as of it. */
export const changeStatement: string = "SELECT value FROM fleet_change";
/** The last change itself: over several nodes it is where it was given before it is on all of them. */
export const newestChange: string = "SELECT value FROM fleet_change WHERE id = 1";
const changeQuestion: Question = { sql: changeStatement, values: [] };

async function listDevices(
  read: ReadAtLength,
  tenantId: string,
  query: DeviceQuery,
  { listStatement, besideStatements }: ListStatements,
): ReturnType<FleetStore["listDevices"]> {
  const questions = [changeQuestion, listStatement(tenantId, query), ...besideStatements(tenantId, query)];
  const [changes = [], rows = [], ...asked] = await read(questions, query.view.change);
  const devices = (rows as unknown as readonly ListRow[]).map((row) => decoded(toListedDevice(row), row));
  return { devices, change: lastChange(changes), ...askedBeside(query, asked) };
}

function lastChange([row]: readonly unknown[]): number {
  return Number((row as readonly unknown[])[0]);
}

/** Texts within lists are written as all texts are; a brief list has none. */
function decoded(device: ReturnType<typeof toListedDevice>, row: ListRow): ReturnType<typeof toListedDevice> {
  const [tags, addresses] = [row[7], row[16]];
  return tags === undefined ? device : { ...device, tags: decodeTexts(tags), addresses: decodeTexts(addresses ?? "[]") };
}

async function countDigests(read: ReadAtLength, statement: Question, pinned?: number): ReturnType<FleetStore["countDigests"]> {
  const [changes = [], rows = []] = await read([changeQuestion, statement], pinned);
  return { counts: rows.map((row) => toGroupCount(row as readonly unknown[])), change: lastChange(changes) };
}

/** Fewer are not worth asking how far the primary has come. */
const manyContents = 20;

async function readBodies({ all }: Asking, digests: readonly string[], replica?: Replica): Promise<readonly PackedInventory[]> {
  const sql = "SELECT digest, body FROM inventory WHERE digest = ANY($1)";
  const values = [[...new Set(digests)]];
  // They never change: a replica that has them all need not have come far.
  const [read = []] = digests.length < manyContents ? [] : ((await replica?.read([{ sql, values, isNamed: true }], 0)) ?? []);
  const rows = read.length < (values[0]?.length ?? 0) ? await all<PackedInventory>(sql, values) : (read as readonly PackedInventory[]);
  const bodies = new Map(rows.map(({ digest, body }) => [digest, body]));
  return digests.flatMap((digest) => {
    const body = bodies.get(encodeText(digest));
    return body === undefined ? [] : [{ digest, body }];
  });
}

/** Numbers are given one after another, so that a newer epoch has the higher one; an epoch is never deleted, so that none is given twice. */
async function numberEpoch({ all, write }: Connections, { contentHash, asOf, rules }: EpochFacts): Promise<number> {
  const find = (asking: Pick<Asking, "all">): Promise<readonly { readonly epoch: number }[]> =>
    asking.all("SELECT epoch FROM epoch WHERE content_hash = $1 AND as_of = $2 AND rules = $3", [contentHash, asOf, rules]);
  const [known] = await find({ all });
  if (known !== undefined) return known.epoch;
  return write(async (asking) => {
    await lockFleet(asking);
    const [meanwhile] = await find(asking);
    if (meanwhile !== undefined) return meanwhile.epoch;
    const [last] = await asking.all<{ readonly epoch: number }>("SELECT coalesce(max(epoch), 0) AS epoch FROM epoch");
    const epoch = (last?.epoch ?? 0) + 1;
    await asking.run("INSERT INTO epoch (epoch, content_hash, as_of, rules) VALUES ($1, $2, $3, $4)", [epoch, contentHash, asOf, rules]);
    return epoch;
  });
}

async function forgetEpochs(asking: Asking, writer: string, kept: readonly number[], now: string): Promise<readonly number[]> {
  // No walk is opened meanwhile under an epoch that is about to go.
  await lockFleet(asking);
  await asking.run(endWalks, [now]);
  const forgotten = await asking.run("DELETE FROM standing WHERE epoch <> ALL($1::bigint[]) AND epoch NOT IN (SELECT epoch FROM walk)", [
    kept,
  ]);
  // Another process may have one of these in force still: it looks again at what lacks a standing.
  if (forgotten > 0) {
    await countWrite(asking, writer);
    await countBeside(asking);
  }
  const rows = await asking.all<{ readonly epoch: number }>("SELECT DISTINCT epoch FROM walk ORDER BY epoch");
  return rows.map(({ epoch }) => epoch);
}

async function openWalk({ run, write }: Connections, tenantId: string, walk: Omit<Walk, "id" | "change">): Promise<Walk> {
  const opened = await write(async (asking) => {
    const change = await lockFleet(asking);
    await asking.run(endWalks, [walk.at]);
    const made = { ...walk, id: randomUUID(), change };
    const { id, epoch, at, expiresAt } = made;
    await asking.run("INSERT INTO walk (walk_id, tenant_id, epoch, at, change, expires_at) VALUES ($1, $2, $3, $4, $5, $6)", [
      ...[id, tenantId, epoch, at, change],
      expiresAt,
    ]);
    return made;
  });
  // Without a lock: a walk that opens later sees no copy that is there now.
  await run("DELETE FROM device_past WHERE until_change <= (SELECT coalesce(min(change), 0) FROM walk)");
  return opened;
}
