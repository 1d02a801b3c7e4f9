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

/** What inventories come to, in their order. Others get their turn meanwhile. */
export async function summariesOf(store: ContentStore, epoch: Epoch, digests: readonly string[]): Promise<readonly Summary[]> {
  const unknown = [...new Set(digests.filter((digest) => epoch.known(digest) === undefined))];
  for await (const _ of lookAt(store, epoch, unknown));
  return digests.map((digest) => epoch.known(digest) ?? gone(digest));
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
    // At once: knowledge that is replaced meanwhile lets go of what it knows.
    standings.push(...looked.map((digest) => standingOf(digest, epoch.known(digest) ?? gone(digest))));
    if (standings.length >= standingsTogether) await keep();
  }
  if (standings.length > 0) await keep();
  await keeping;
}

/** Looks at inventories that were not looked at yet, and names all, some at a time. While they are looked at the next are read. */
async function* lookAt(store: ContentStore, epoch: Epoch, digests: readonly string[]): AsyncGenerator<readonly string[]> {
  const ahead: Promise<readonly StoredContent[]>[] = [];
  let readTo = 0;
  const readNext = (): void => {
    const unknown = digests.slice(readTo, readTo + inventoriesTogether).filter((digest) => epoch.known(digest) === undefined);
    const reading = unknown.length === 0 ? Promise.resolve([]) : store.inventories(unknown);
    reading.catch(() => undefined);
    ahead.push(reading);
    readTo += inventoriesTogether;
  };
  for (let from = 0; from < digests.length; from += inventoriesTogether) {
    while (ahead.length <= batchesAhead && readTo < digests.length) readNext();
    await summarise(epoch, (await ahead.shift()) ?? []);
    yield digests.slice(from, from + inventoriesTogether);
  }
}

async function summarise(epoch: Epoch, contents: readonly StoredContent[]): Promise<void> {
  let sliceEnds = performance.now() + sliceMs;
  for (const { digest, content } of contents) {
    epoch.summarise(digest, content);
    if (performance.now() < sliceEnds) continue;
    await turn();
    sliceEnds = performance.now() + sliceMs;
  }
}

function gone(digest: string): never {
  throw new ProductError("database", `the database is damaged: inventory ${digest} is not there`);
}
