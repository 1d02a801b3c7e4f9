import type Database from "better-sqlite3";
import { changeHistory } from "../device-history.ts";
import type { CheckIn, CheckInResult, HistoryEntry, IdentityDoubt } from "../device-store.ts";
import { nameKey } from "../device-store.ts";
import { packContent } from "../inventory-packing.ts";
import { type DeviceRow, deviceColumns } from "./device-row.ts";

type WriteCheckIns = (tenantId: string, checkIns: readonly CheckIn[]) => readonly CheckInResult[];
type Statements = ReturnType<typeof prepare>;

/** Prepares the taking in of inventories; each batch is one transaction. */
export function checkInWriter(database: Database.Database): WriteCheckIns {
  const statements = prepare(database);
  const write = database.transaction((tenantId: string, checkIns: readonly CheckIn[]) =>
    checkIns.map((checkIn) => writeOne(statements, tenantId, checkIn)),
  );
  return write.immediate;
}

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
      `INSERT INTO device (tenant_id, device_id, name, name_key, digest, first_seen, last_seen, received_at, reported, assigned_tags)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    update: database.prepare(
      `UPDATE device SET name = ?, name_key = ?, digest = ?, last_seen = ?, received_at = ?, reported = ?, assigned_tags = ?
       WHERE tenant_id = ? AND device_id = ?`,
    ),
    touch: database.prepare("UPDATE device SET last_seen = ?, received_at = ? WHERE tenant_id = ? AND device_id = ?"),
    reachBack: database.prepare("UPDATE device SET first_seen = ?, assigned_tags = ? WHERE tenant_id = ? AND device_id = ?"),
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

function writeOne(statements: Statements, tenantId: string, checkIn: CheckIn): CheckInResult {
  const held = statements.find.get(tenantId, checkIn.deviceId);
  if (held === undefined) return add(statements, tenantId, checkIn);
  return checkIn.at < held.lastSeen ? addOlder(statements, tenantId, checkIn, held) : replace(statements, tenantId, checkIn, held);
}

function add(statements: Statements, tenantId: string, checkIn: CheckIn): CheckInResult {
  const { deviceId, name, at, receivedAt, digest, facts, assignTags = [] } = checkIn;
  const doubt = twinOf(statements, tenantId, checkIn);
  keepContent(statements, checkIn);
  const tags = JSON.stringify([...new Set(assignTags)]);
  statements.add.run(tenantId, deviceId, name, nameKey(name), digest, at, at, receivedAt, JSON.stringify(facts), tags);
  statements.addHistory.run(tenantId, deviceId, at, digest);
  return result("new", doubt);
}

function addOlder(statements: Statements, tenantId: string, checkIn: CheckIn, held: DeviceRow): CheckInResult {
  keepHistory(statements, tenantId, checkIn, held);
  const firstSeen = checkIn.at < held.firstSeen ? checkIn.at : held.firstSeen;
  const tags = withTags(held.assignedTags, checkIn.assignTags);
  if (firstSeen !== held.firstSeen || tags !== held.assignedTags) statements.reachBack.run(firstSeen, tags, tenantId, checkIn.deviceId);
  return { outcome: "older" };
}

function replace(statements: Statements, tenantId: string, checkIn: CheckIn, held: DeviceRow): CheckInResult {
  const { deviceId, name, at, receivedAt, digest } = checkIn;
  const reported = JSON.stringify(checkIn.facts);
  const tags = withTags(held.assignedTags, checkIn.assignTags);
  const isSame = digest === held.digest && name === held.name && reported === held.reported && tags === held.assignedTags;
  if (isSame) {
    statements.touch.run(at, receivedAt, tenantId, deviceId);
    return { outcome: "unchanged" };
  }
  const doubt = doubtOf(statements, tenantId, checkIn, held);
  if (digest !== held.digest) keepHistory(statements, tenantId, checkIn, held);
  statements.update.run(name, nameKey(name), digest, at, receivedAt, reported, tags, tenantId, deviceId);
  return result("updated", doubt);
}

function keepHistory(statements: Statements, tenantId: string, checkIn: CheckIn, held: DeviceRow): void {
  const { deviceId, at, digest } = checkIn;
  const { remove, add } = changeHistory(
    { at, digest },
    {
      before: statements.before.get(tenantId, deviceId, at),
      same: statements.same.get(tenantId, deviceId, at),
      after: statements.after.get(tenantId, deviceId, at),
      last: { at: held.lastSeen, digest: held.digest },
    },
  );
  if (add.length > 0) keepContent(statements, checkIn);
  for (const moment of remove) statements.removeHistory.run(tenantId, deviceId, moment);
  for (const entry of add) statements.addHistory.run(tenantId, deviceId, entry.at, entry.digest);
}

function keepContent(statements: Statements, { digest, content }: CheckIn): void {
  if (statements.hasContent.get(digest) === undefined) statements.addContent.run(digest, packContent(content));
}

function doubtOf(statements: Statements, tenantId: string, checkIn: CheckIn, held: DeviceRow): IdentityDoubt | undefined {
  if (nameKey(checkIn.name) !== nameKey(held.name)) return { kind: "renamed", formerName: held.name };
  if (checkIn.digest === held.digest) return undefined;
  // Forth, back and forth again: computers change, but not back and forth.
  const [current, former, formerStill] = statements.latest.all(tenantId, checkIn.deviceId);
  const isBack = former?.digest === checkIn.digest && formerStill !== undefined && formerStill.digest === current?.digest;
  return isBack ? { kind: "alternates" } : undefined;
}

function twinOf(statements: Statements, tenantId: string, { name, deviceId }: CheckIn): IdentityDoubt | undefined {
  const twin = statements.findTwin.get(tenantId, nameKey(name), deviceId);
  return twin === undefined ? undefined : { kind: "same-name", deviceId: twin };
}

function withTags(held: string, added: readonly string[] = []): string {
  return added.length === 0 ? held : JSON.stringify([...new Set([...(JSON.parse(held) as string[]), ...added])]);
}

function result(outcome: CheckInResult["outcome"], doubt: IdentityDoubt | undefined): CheckInResult {
  return doubt === undefined ? { outcome } : { outcome, doubt };
}
