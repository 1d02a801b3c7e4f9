import type Database from "better-sqlite3";
import type { DeviceFacts } from "../../domain/fleet/inventory-content.ts";
import { changeHistory, firstEntry } from "../device-history.ts";
import type { CheckIn, CheckInResult, EpochStandings, HistoryEntry, IdentityDoubt } from "../device-store.ts";
import { nameKey } from "../device-store.ts";
import { tagColumns } from "../sql/tag-columns.ts";
import { type DeviceRow, deviceColumns } from "./device-row.ts";
import { type ChangeOfFleet, deviceVersions } from "./device-versions.ts";
import { type LaterWrites, laterWrites } from "./later-writes.ts";
import { standingKeeper } from "./standing-keeper.ts";

type WriteCheckIns = (tenantId: string, checkIns: readonly CheckIn[], standings?: readonly EpochStandings[]) => readonly CheckInResult[];
type Statements = ReturnType<typeof prepare>;

/** A transaction under way. */
interface Writing extends Statements {
  readonly tenantId: string;
  readonly change: ChangeOfFleet;
  readonly later: LaterWrites;
}

/** Prepares the taking in of inventories; each batch is one transaction. */
export function checkInWriter(database: Database.Database): WriteCheckIns {
  const statements = prepare(database);
  const begin = deviceVersions(database);
  const keepStandings = standingKeeper(database);
  const write = database.transaction((tenantId: string, checkIns: readonly CheckIn[], standings: readonly EpochStandings[] = []) => {
    for (const { epoch, standings: own } of standings) keepStandings(epoch, own);
    const later = laterWrites(tenantId, statements);
    const writing = { ...statements, tenantId, change: begin(checkIns[0]?.receivedAt), later };
    const results = checkIns.map((checkIn) => writeOne(writing, checkIn));
    later.write();
    return results;
  });
  return (tenantId, checkIns, standings) => {
    if (checkIns.length < largeBatch) return write.immediate(tenantId, checkIns, standings);
    database.pragma(`cache_size = ${largeCache}`);
    try {
      return write.immediate(tenantId, checkIns, standings);
    } finally {
      database.pragma(`cache_size = ${smallCache}`);
    }
  };
}

/** From so many inventories on, the pages that a batch changes get room: those that have none are written to the log, and read again, in its midst. */
const largeBatch = 100;
/** In KB, below zero as SQLite wants it; the small one is what it has by itself. */
const [smallCache, largeCache] = [-2000, -32_000];

type Key = [tenantId: string, deviceId: string];

function prepare(database: Database.Database) {
  return {
    find: database.prepare<Key, DeviceRow>(`SELECT ${deviceColumns} FROM device WHERE tenant_id = ? AND device_id = ?`),
    findTwin: database
      .prepare<[string, string, string], string>(
        "SELECT device_id FROM device WHERE tenant_id = ? AND name_key = ? AND device_id <> ? ORDER BY device_id LIMIT 1",
      )
      .pluck(),
    add: database.prepare(
      `INSERT INTO device (tenant_id, device_id, name, name_key, digest, first_seen, last_seen, received_at, reported, assigned_tags,
         tags, group_id, group_name, changed_at, change)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    update: database.prepare(
      `UPDATE device SET name = ?, name_key = ?, digest = ?, last_seen = ?, received_at = ?, reported = ?, assigned_tags = ?,
         tags = ?, group_id = ?, group_name = ?, changed_at = iif(digest = ?, changed_at, ?), change = ?
       WHERE tenant_id = ? AND device_id = ?`,
    ),
    touch: database.prepare("UPDATE device SET last_seen = ?, received_at = ?, change = ? WHERE tenant_id = ? AND device_id = ?"),
    reachBack: database.prepare(
      `UPDATE device SET first_seen = ?, assigned_tags = ?, tags = ?, group_id = ?, group_name = ?, change = ?
       WHERE tenant_id = ? AND device_id = ?`,
    ),
    hasContent: database.prepare<[string], number>("SELECT 1 FROM inventory WHERE digest = ?").pluck(),
    addContent: database.prepare("INSERT INTO inventory (digest, body) VALUES (?, ?)"),
    before: historyQuery(database, "at < ? ORDER BY at DESC LIMIT 1"),
    same: historyQuery(database, "at = ?"),
    after: historyQuery(database, "at > ? ORDER BY at LIMIT 1"),
    latest: database.prepare<Key, HistoryEntry>(
      "SELECT at, digest FROM device_history WHERE tenant_id = ? AND device_id = ? ORDER BY at DESC LIMIT 3",
    ),
    addHistory: database.prepare("INSERT OR REPLACE INTO device_history (tenant_id, device_id, at, digest) VALUES (?, ?, ?, ?)"),
    removeHistory: database.prepare("DELETE FROM device_history WHERE tenant_id = ? AND device_id = ? AND at = ?"),
  };
}

function historyQuery(database: Database.Database, where: string): Database.Statement<[...Key, string], HistoryEntry> {
  return database.prepare(`SELECT at, digest FROM device_history WHERE tenant_id = ? AND device_id = ? AND ${where}`);
}

function writeOne(writing: Writing, checkIn: CheckIn): CheckInResult {
  // One that is new in this batch, and comes again.
  if (writing.later.isWaiting(checkIn.deviceId)) writing.later.write();
  const held = writing.find.get(writing.tenantId, checkIn.deviceId);
  if (held === undefined) return add(writing, checkIn);
  return checkIn.at < held.lastSeen ? addOlder(writing, checkIn, held) : replace(writing, checkIn, held);
}

function add(writing: Writing, checkIn: CheckIn): CheckInResult {
  const { deviceId, name, at, receivedAt, digest, facts, assignTags = [] } = checkIn;
  const { later, change } = writing;
  const key = nameKey(name);
  const doubt = twinOf(writing, key, deviceId);
  later.keepContent(checkIn);
  const assigned = [...new Set(assignTags)];
  const columns = tagColumns(facts.tags, assigned, []);
  const reported = [JSON.stringify(facts), JSON.stringify(assigned), ...columns];
  later.addDevice(deviceId, key, [name, key, digest, at, at, receivedAt, ...reported, receivedAt, change.number()]);
  return result("new", doubt);
}

function addOlder(writing: Writing, checkIn: CheckIn, held: DeviceRow): CheckInResult {
  const { tenantId, change } = writing;
  keepHistory(writing, checkIn, held);
  const firstSeen = checkIn.at < held.firstSeen ? checkIn.at : held.firstSeen;
  const assigned = withTags(held.assignedTags, checkIn.assignTags);
  if (firstSeen === held.firstSeen && assigned === held.assignedTags) return { outcome: "older" };
  const { tags } = JSON.parse(held.reported) as DeviceFacts;
  change.preserve(tenantId, held.deviceId, held.change);
  const columns = tagColumns(tags, JSON.parse(assigned) as string[], JSON.parse(held.removedTags) as string[]);
  writing.reachBack.run(firstSeen, assigned, ...columns, change.number(), tenantId, held.deviceId);
  return { outcome: "older" };
}

function replace(writing: Writing, checkIn: CheckIn, held: DeviceRow): CheckInResult {
  const { tenantId, change } = writing;
  const { deviceId, name, at, receivedAt, digest, facts } = checkIn;
  const reported = JSON.stringify(facts);
  const assigned = withTags(held.assignedTags, checkIn.assignTags);
  const isCopied = change.preserve(tenantId, deviceId, held.change);
  const isSame = digest === held.digest && name === held.name && reported === held.reported && assigned === held.assignedTags;
  if (isSame) {
    writing.touch.run(at, receivedAt, isCopied ? change.number() : held.change, tenantId, deviceId);
    return { outcome: "unchanged" };
  }
  const doubt = doubtOf(writing, checkIn, held);
  if (digest !== held.digest) keepHistory(writing, checkIn, held);
  const columns = tagColumns(facts.tags, JSON.parse(assigned) as string[], JSON.parse(held.removedTags) as string[]);
  const changed = [...columns, digest, receivedAt, change.number()];
  writing.update.run(name, nameKey(name), digest, at, receivedAt, reported, assigned, ...changed, tenantId, deviceId);
  return result("updated", doubt);
}

function keepHistory(statements: Writing, checkIn: CheckIn, held: DeviceRow): void {
  const { tenantId } = statements;
  const { deviceId, at, digest } = checkIn;
  if (statements.latest.get(tenantId, deviceId) === undefined) {
    const first = firstEntry(held);
    statements.addHistory.run(tenantId, deviceId, first.at, first.digest);
  }
  const { remove, add } = changeHistory(
    { at, digest },
    {
      before: statements.before.get(tenantId, deviceId, at),
      same: statements.same.get(tenantId, deviceId, at),
      after: statements.after.get(tenantId, deviceId, at),
      last: { at: held.lastSeen, digest: held.digest },
    },
  );
  if (add.length > 0) statements.later.keepContent(checkIn);
  for (const moment of remove) statements.removeHistory.run(tenantId, deviceId, moment);
  for (const entry of add) statements.addHistory.run(tenantId, deviceId, entry.at, entry.digest);
}

function doubtOf(statements: Writing, checkIn: CheckIn, held: DeviceRow): IdentityDoubt | undefined {
  if (nameKey(checkIn.name) !== nameKey(held.name)) return { kind: "renamed", formerName: held.name };
  if (checkIn.digest === held.digest) return undefined;
  // Forth, back and forth again: computers change, but not back and forth.
  const [current, former, formerStill] = statements.latest.all(statements.tenantId, checkIn.deviceId);
  const isBack = former?.digest === checkIn.digest && formerStill !== undefined && formerStill.digest === current?.digest;
  return isBack ? { kind: "alternates" } : undefined;
}

/** Of a device that is new: the lowest id that has its name. */
function twinOf({ findTwin, tenantId, later }: Writing, name: string, deviceId: string): IdentityDoubt | undefined {
  const [twin] = [findTwin.get(tenantId, name, deviceId), later.waitingTwin(name)].filter((id) => id !== undefined).sort();
  return twin === undefined ? undefined : { kind: "same-name", deviceId: twin };
}

function withTags(held: string, added: readonly string[] = []): string {
  return added.length === 0 ? held : JSON.stringify([...new Set([...(JSON.parse(held) as string[]), ...added])]);
}

function result(outcome: CheckInResult["outcome"], doubt: IdentityDoubt | undefined): CheckInResult {
  return doubt === undefined ? { outcome } : { outcome, doubt };
}
