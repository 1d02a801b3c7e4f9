import { setImmediate as turn } from "node:timers/promises";
import { ProductError } from "../../domain/errors.ts";
import type { Standing } from "../../domain/fleet/standing.ts";
import type { FleetStore, StoredContent } from "../../stores/fleet-store.ts";
import type { Epoch } from "./epoch.ts";
import { type Summary, standingOf } from "./summary.ts";

/** Inventories read at a time. */
export const inventoriesTogether = 500;
/** Standings written at a time: each time waits for the disk. */
const standingsTogether = 2_000;
/** So many more are being read meanwhile: the database reads some while others are unpacked. */
const batchesAhead = 2;
/** So long is evaluated before others get their turn. */
const sliceMs = 8;

type ContentStore = Pick<FleetStore, "inventories">;

/** An inventory, and what it comes to: an epoch that is let go of meanwhile does not know it any more. */
interface Looked {
  readonly digest: string;
  readonly summary: Summary;
}

/** What inventories come to, in their order. Others get their turn meanwhile. */
export async function summariesOf(store: ContentStore, epoch: Epoch, digests: readonly string[]): Promise<readonly Summary[]> {
  const known = digests.map((digest) => epoch.known(digest));
  const unknown = new Set(digests.filter((_, index) => known[index] === undefined));
  const looked = new Map<string, Summary>();
  for await (const some of lookAt(store, epoch, [...unknown])) for (const { digest, summary } of some) looked.set(digest, summary);
  return digests.map((digest, index) => known[index] ?? looked.get(digest) ?? gone(digest));
}

/** Has the store keep what inventories come to under an epoch: it keeps some while the next are looked at. */
export async function giveStandings(
  store: ContentStore & Pick<FleetStore, "keepStandings">,
  epoch: Epoch,
  digests: readonly string[],
): Promise<void> {
  let keeping = Promise.resolve();
  let standings: Standing[] = [];
  const keep = async (): Promise<void> => {
    const given = standings;
    standings = [];
    await keeping;
    keeping = store.keepStandings(epoch.number, given).then(() => epoch.markKept(given.map(({ digest }) => digest)));
    keeping.catch(() => undefined);
  };
  for await (const looked of lookAt(store, epoch, digests)) {
    standings.push(...looked.map(({ digest, summary }) => standingOf(digest, summary)));
    if (standings.length >= standingsTogether) await keep();
  }
  if (standings.length > 0) await keep();
  await keeping;
}

/** Some inventories: what is known of them, and the others as they are being read. */
interface Reading {
  readonly digests: readonly string[];
  readonly known: Map<string, Summary>;
  readonly contents: Promise<readonly StoredContent[]>;
}

/** Looks at inventories that were not looked at yet, and gives all, some at a time. While they are looked at the next are read. */
async function* lookAt(store: ContentStore, epoch: Epoch, digests: readonly string[]): AsyncGenerator<readonly Looked[]> {
  const ahead: Reading[] = [];
  for (let from = 0; from < digests.length || ahead.length > 0; ) {
    for (; ahead.length <= batchesAhead && from < digests.length; from += inventoriesTogether)
      ahead.push(read(store, epoch, digests.slice(from, from + inventoriesTogether)));
    const [reading] = ahead.splice(0, 1);
    if (reading !== undefined) yield await look(epoch, reading);
  }
}

function read(store: ContentStore, epoch: Epoch, digests: readonly string[]): Reading {
  const known = new Map<string, Summary>();
  for (const digest of digests) {
    const summary = epoch.known(digest);
    if (summary !== undefined) known.set(digest, summary);
  }
  const unknown = digests.filter((digest) => !known.has(digest));
  const contents = unknown.length === 0 ? Promise.resolve([]) : store.inventories(unknown);
  contents.catch(() => undefined);
  return { digests, known, contents };
}

async function look(epoch: Epoch, { digests, known, contents }: Reading): Promise<readonly Looked[]> {
  let sliceEnds = performance.now() + sliceMs;
  for (const { digest, content } of await contents) {
    known.set(digest, epoch.summarise(digest, content));
    if (performance.now() < sliceEnds) continue;
    await turn();
    sliceEnds = performance.now() + sliceMs;
  }
  return digests.map((digest) => ({ digest, summary: known.get(digest) ?? gone(digest) }));
}

function gone(digest: string): never {
  throw new ProductError("database", `the database is damaged: inventory ${digest} is not there`);
}
