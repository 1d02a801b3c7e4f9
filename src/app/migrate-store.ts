import { createHash, type Hash } from "node:crypto";
import { ProductError } from "../domain/errors.ts";
import type { PortableStore, PortableValue, Portion } from "../stores/portable-store.ts";
import { defaultTenant } from "./device-id.ts";

/** How much a store holds, and a hash that is the same wherever the same is held. */
export interface StoreContent {
  /** rows by table */
  readonly counts: Readonly<Record<string, number>>;
  /** SHA-256 over a line of JSON for each row, ordered by table and key; hex */
  readonly contentHash: string;
}

/** What was moved: both say the same. */
export interface MigratedStore {
  readonly from: StoreContent;
  readonly to: StoreContent;
}

/**
 * Moves a whole installation into an empty store, portion by portion, and reads it back before it counts: a store that would not hold the same stays empty.
 * `report` is told how many rows are there.
 */
export async function migrateStore(from: PortableStore, to: PortableStore, report: (rows: number) => void): Promise<MigratedStore> {
  return to.filling(async (filling) => {
    for await (const portion of filling.portions()) checkEmpty(portion, to.place);
    await filling.clear();
    // FROM is left before TO is read back: a database ends transactions that nothing happens in.
    const taken = await from.reading(async (portions) => {
      const read = tally();
      for await (const portion of portions()) {
        read.add(portion);
        await filling.put(portion);
        report(read.rows());
      }
      return read.content();
    });
    const given = tally();
    for await (const portion of filling.portions()) given.add(portion);
    const moved = { from: taken, to: given.content() };
    if (moved.from.contentHash !== moved.to.contentHash) throw notTheSame(moved, to.place);
    return moved;
  });
}

/** What every new store has, and what comes of itself. */
const fromTheStart: Readonly<Record<string, (portion: Portion) => boolean>> = {
  tenant: ({ rows }) => rows.length === 1 && rows[0]?.[1] === defaultTenant,
  fleet_change: () => true,
  epoch: () => true,
};

function checkEmpty(portion: Portion, place: string): void {
  if (fromTheStart[portion.table]?.(portion) === true) return;
  throw new ProductError("usage", `there is something in the store already (${portion.table})`, {
    place: { source: place },
    hint: "Name a new, empty one: nothing is ever mixed, and nothing was changed.",
  });
}

function notTheSame({ from, to }: MigratedStore, place: string): ProductError {
  const other = Object.keys({ ...from.counts, ...to.counts }).filter((table) => from.counts[table] !== to.counts[table]);
  const where = other.length === 0 ? "" : ` (${other.join(", ")})`;
  return new ProductError("database", `the store would not hold what was read${where}, so it was left empty`, {
    place: { source: place },
    hint: "See that nobody else writes to it, then try again.",
  });
}

function tally() {
  const counts: Record<string, number> = {};
  const hash = createHash("sha256");
  return {
    add: ({ table, rows }: Portion): void => {
      counts[table] = (counts[table] ?? 0) + rows.length;
      for (const row of rows) addRow(hash, table, row);
    },
    rows: (): number => Object.values(counts).reduce((sum, count) => sum + count, 0),
    content: (): StoreContent => ({ counts, contentHash: hash.digest("hex") }),
  };
}

/** Bytes stand in the line as their own hash. */
function addRow(hash: Hash, table: string, row: readonly PortableValue[]): void {
  const values = row.map((value) => (value instanceof Uint8Array ? { sha256: createHash("sha256").update(value).digest("hex") } : value));
  hash.update(`${JSON.stringify([table, ...values])}\n`);
}
