import { setTimeout as pause } from "node:timers/promises";
import { madeUpKb, madeUpMonth } from "../corpus.ts";
import type { Answer } from "./client.ts";
import type { LedgerDevice, Sent } from "./ledger.ts";
import type { Storm } from "./storm.ts";

/** A row of a walk, as far as it is looked at. */
interface Row {
  readonly id: string;
  readonly deviceId?: string;
  readonly lastSeen?: string;
  readonly recommendedSecurityUpdateId?: string;
}

/** What is walked through, and what its rows must be. */
export interface WalkKind {
  readonly kind: string;
  readonly path: string;
  readonly deviceOf: (row: Row) => string;
  /** whether a device that was there before must have a row */
  readonly hasRow: (device: LedgerDevice) => boolean;
  /** what is wrong with a row, if anything is */
  readonly fault: (row: Row, device: LedgerDevice, seen: Sent | undefined, newestMonth: string) => string | undefined;
}

/** The devices, each once, seen no earlier than was acknowledged. */
export const machinesWalk: WalkKind = {
  kind: "walk of machines",
  path: "/api/machines?pageSize=60",
  deviceOf: ({ id }) => id,
  hasRow: () => true,
  fault: ({ lastSeen }, _device, seen) =>
    Date.parse(lastSeen ?? "") >= (seen?.at ?? 0) ? undefined : `last seen ${lastSeen}, acknowledged ${seen?.at}`,
};

/** What every device misses: under one catalog that is the update of its newest month. */
export const missingKbsWalk: WalkKind = {
  kind: "walk of MissingKbsByMachine",
  path: "/api/machines/MissingKbsByMachine?pageSize=50",
  deviceOf: ({ deviceId = "" }) => deviceId,
  hasRow: ({ isCurrent }) => !isCurrent,
  fault: ({ recommendedSecurityUpdateId: kb }, device, _seen, newestMonth) =>
    kb === newestKb(device, newestMonth) ? undefined : `${kb} under ${newestMonth}`,
};

/** The one update that a device misses which is behind, where this month is the newest that is known. */
export function newestKb({ build }: LedgerDevice, newestMonth: string): string | undefined {
  const month = Array.from({ length: 60 }, (_, index) => index).find((index) => madeUpMonth(index) === newestMonth);
  return month === undefined ? undefined : madeUpKb(build, month);
}

/** Walks once from the first page to the last, at whichever server; a page that did not come is asked for again, elsewhere. */
export async function walkOnce(storm: Storm, walk: WalkKind): Promise<undefined> {
  const before = new Map(storm.ledger.acknowledged.map((device) => [device, device.acknowledged]));
  const pages: Answer[] = [];
  for (let next: string | undefined = walk.path; next !== undefined; ) {
    const page = await pageOf(storm, walk, next);
    if (page === undefined) return undefined;
    pages.push(page);
    const link: string | undefined = page.json["@odata.nextLink"];
    next = link === undefined ? undefined : new URL(link).pathname + new URL(link).search;
  }
  const said = judgeWalk(walk, pages, before);
  storm.tally.count(walk.kind, "finished");
  if (new Set(pages.map(({ server }) => server)).size > 1) storm.tally.count(walk.kind, "finished at several servers");
  for (const [rule, example] of said) storm.tally.violate(rule, `${walk.kind}: ${example}`);
  return undefined;
}

/** One page, however often it must be asked for; undefined where the walk has ended, or the storm. */
async function pageOf(storm: Storm, walk: WalkKind, path: string): Promise<Answer | undefined> {
  const { tally, ask, anyServer, isOver } = storm;
  for (let tries = 0; tries < 100 || !isOver(); tries++) {
    const page = await ask(anyServer(), { kind: `${walk.kind}, page`, path });
    if (page !== undefined && page.status !== 503) return readPage(storm, walk, page, path);
    tally.count(walk.kind, "page asked for again");
    await pause(page?.waitMs ?? 100);
  }
  return undefined;
}

/** The page, unless its walk has ended; now and then it is asked for elsewhere, where it must be the same. */
async function readPage(storm: Storm, { kind }: WalkKind, page: Answer, path: string): Promise<Answer | undefined> {
  if (page.status === 200) {
    if (path.includes("skiptoken") && storm.random(8) === 0) await compare(storm, page, { kind, path });
    return page;
  }
  if (page.status === 400 && /walk through pages has ended/.test(page.json.error?.message)) storm.tally.count(kind, "ended: begun again");
  else storm.tally.violate(`a page answered with ${page.status}`, `${path}: ${JSON.stringify(page.json)}`);
  return undefined;
}

async function compare({ ask, anyServer, tally }: Storm, page: Answer, { kind, path }: { readonly kind: string; readonly path: string }) {
  const again = await ask(anyServer(), { kind: `${kind}, page once more`, path });
  if (again?.status !== 200) return;
  const isSame = again.revision === page.revision && JSON.stringify(again.json.value) === JSON.stringify(page.json.value);
  if (!isSame) tally.violate("a page differs when it is asked for again", `${path}: revision ${page.revision}, then ${again.revision}`);
}

/** Of a page, what is looked at. */
export type WalkedPage = Pick<Answer, "revision" | "newestMonth" | "json">;

/** What must not be, and where it was. */
type Fault = readonly [rule: string, example: string];

/** What is wrong with a walk, given the devices that were there before it, with what was acknowledged of each. */
export function judgeWalk(
  walk: WalkKind,
  pages: readonly WalkedPage[],
  before: ReadonlyMap<LedgerDevice, Sent | undefined>,
): readonly Fault[] {
  const rows = pages.flatMap(({ json }) => json.value as readonly Row[]);
  const byDevice = new Map(rows.map((row) => [walk.deviceOf(row), row]));
  const revisions = new Set(pages.map(({ revision }) => revision));
  const newestMonth = pages[0]?.newestMonth ?? "";
  return [
    ...(revisions.size > 1 ? [["a walk with two revisions in it", [...revisions].join()] as const] : []),
    ...(byDevice.size < rows.length ? [["a walk with a device twice", `${rows.length} rows, ${byDevice.size} devices`] as const] : []),
    ...[...before].flatMap(([device, seen]) => faultOf(walk, device, byDevice.get(device.id), { seen, newestMonth })),
  ];
}

function faultOf(
  { hasRow, fault }: WalkKind,
  device: LedgerDevice,
  row: Row | undefined,
  { seen, newestMonth }: { readonly seen: Sent | undefined; readonly newestMonth: string },
): readonly Fault[] {
  if (row === undefined) return hasRow(device) ? [["a walk that left a device out", device.name]] : [];
  if (!hasRow(device)) return [["a row of a device that misses nothing", device.name]];
  const wrong = fault(row, device, seen, newestMonth);
  return wrong === undefined ? [] : [["a wrong row in a walk", `${device.name}: ${wrong}`]];
}
