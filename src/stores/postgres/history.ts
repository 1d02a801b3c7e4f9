import type { HistoryAround } from "../device-history.ts";
import type { CheckIn, HistoryEntry } from "../device-store.ts";
import type { Asking } from "./connections.ts";
import type { DeviceRow } from "./device-row.ts";

/** The changes of one device, as far as they were read, and what became of them since. */
export interface DeviceHistory {
  readonly isEmpty: () => boolean;
  readonly around: (at: string) => Omit<HistoryAround, "last">;
  /** the last three, newest first */
  readonly latest: () => readonly HistoryEntry[];
  readonly add: (entry: HistoryEntry) => void;
  readonly remove: (at: string) => void;
  /** moments whose entry is another now; undefined: it is gone */
  readonly changes: ReadonlyMap<string, string | undefined>;
}

/** Of a device that is new, or of whose changes none can matter. */
export function emptyHistory(): DeviceHistory {
  return historyOf([]);
}

/** `read` is ordered by time. */
function historyOf(read: readonly HistoryEntry[]): DeviceHistory {
  let entries = read;
  const changes = new Map<string, string | undefined>();
  /** where `at` stands, or would stand */
  const place = (at: string): number => {
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((entries[middle]?.at ?? "") < at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const isThere = (index: number, at: string): boolean => entries[index]?.at === at;
  return {
    isEmpty: () => entries.length === 0,
    around: (at) => {
      const index = place(at);
      const same = isThere(index, at) ? entries[index] : undefined;
      return { before: entries[index - 1], same, after: entries[same === undefined ? index : index + 1] };
    },
    latest: () => entries.slice(-3).reverse(),
    add: (entry) => {
      const index = place(entry.at);
      entries = entries.toSpliced(index, isThere(index, entry.at) ? 1 : 0, entry);
      changes.set(entry.at, entry.digest);
    },
    remove: (at) => {
      const index = place(at);
      if (isThere(index, at)) entries = entries.toSpliced(index, 1);
      changes.set(at, undefined);
    },
    changes,
  };
}

interface Read extends HistoryEntry {
  readonly id: string;
}

/** Those of devices whose history a batch may change: the last three changes where what comes is newest, all where it comes late. */
export async function historiesOf(
  asking: Asking,
  tenantId: string,
  held: ReadonlyMap<string, DeviceRow>,
  checkIns: readonly CheckIn[],
): Promise<ReadonlyMap<string, DeviceHistory>> {
  const { changing, late } = chosenBy(held, checkIns);
  const newest = [...changing].filter((id) => !late.has(id));
  const read = [...(await readLast(asking, tenantId, newest)), ...(await readAll(asking, tenantId, [...late]))];
  const entries = new Map<string, HistoryEntry[]>([...newest, ...late].map((id) => [id, []]));
  for (const { id, at, digest } of read) entries.get(id)?.push({ at, digest });
  return new Map([...entries].map(([id, own]) => [id, historyOf(own)]));
}

interface Chosen {
  readonly changing: ReadonlySet<string>;
  readonly late: ReadonlySet<string>;
}

/** Devices that say another thing, or come in another order than that of time; of these, those with something older than what is held. */
function chosenBy(held: ReadonlyMap<string, DeviceRow>, checkIns: readonly CheckIn[]): Chosen {
  const changing = new Set<string>();
  const late = new Set<string>();
  const newest = new Map<string, string>();
  for (const { deviceId, at, digest } of checkIns) {
    const row = held.get(deviceId);
    if (row === undefined) continue;
    const last = newest.get(deviceId) ?? row.lastSeen;
    const isOther = row.digest !== digest;
    if (isOther || at < last) changing.add(deviceId);
    if (isLate(row, at, isOther)) late.add(deviceId);
    newest.set(deviceId, at > last ? at : last);
  }
  return { changing, late };
}

function isLate({ lastSeen }: DeviceRow, at: string, isOther: boolean): boolean {
  return at < lastSeen || (at === lastSeen && isOther);
}

async function readLast(asking: Asking, tenantId: string, ids: readonly string[]): Promise<readonly Read[]> {
  if (ids.length === 0) return [];
  return asking.all<Read>(
    `SELECT id, at, digest FROM (
       SELECT device_id AS id, at, digest, row_number() OVER (PARTITION BY tenant_id, device_id ORDER BY at DESC) AS place
       FROM device_history WHERE tenant_id = $1 AND device_id = ANY($2)) AS placed
     WHERE place <= 3 ORDER BY at`,
    [tenantId, ids],
  );
}

async function readAll(asking: Asking, tenantId: string, ids: readonly string[]): Promise<readonly Read[]> {
  if (ids.length === 0) return [];
  return asking.all<Read>(
    "SELECT device_id AS id, at, digest FROM device_history WHERE tenant_id = $1 AND device_id = ANY($2) ORDER BY at",
    [tenantId, ids],
  );
}

/** An entry of one device; without a digest it is to go. */
interface EntryChange {
  readonly id: string;
  readonly at: string;
  readonly digest: string | undefined;
}

/** What became of histories, in the order in which everybody writes. */
export function changesOf(histories: ReadonlyMap<string, DeviceHistory>): readonly EntryChange[] {
  return [...histories]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([id, { changes }]) => [...changes].map(([at, digest]) => ({ id, at, digest })));
}

/** Writes changes of histories. */
export async function putHistory(asking: Asking, tenantId: string, changes: readonly EntryChange[]): Promise<void> {
  const gone = changes.filter(({ digest }) => digest === undefined);
  const there = changes.filter(({ digest }) => digest !== undefined);
  if (gone.length > 0) {
    await asking.run(
      `DELETE FROM device_history WHERE tenant_id = $1 AND device_id = ANY($2)
         AND (device_id, at) IN (SELECT id, moment FROM unnest($2::text[], $3::text[]) AS given(id, moment))`,
      [tenantId, gone.map(({ id }) => id), gone.map(({ at }) => at)],
    );
  }
  if (there.length === 0) return;
  await asking.run(
    `INSERT INTO device_history (tenant_id, device_id, at, digest)
     SELECT $1, id, moment, digest FROM unnest($2::text[], $3::text[], $4::text[]) AS given(id, moment, digest)
     ON CONFLICT (tenant_id, device_id, at) DO UPDATE SET digest = excluded.digest`,
    [tenantId, there.map(({ id }) => id), there.map(({ at }) => at), there.map(({ digest }) => digest ?? "")],
  );
}
