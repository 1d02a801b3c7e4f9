import { stateOf } from "../app/fleet/overview.ts";
import type { Summary } from "../app/fleet/summary.ts";
import type { ReadInSight } from "../app/fleet/walks.ts";
import { parseKb } from "../domain/windows/kb.ts";
import { decodeQuery } from "../odata/decode-query.ts";
import type { Row } from "../odata/row-values.ts";
import type { FleetStore, ListedDevice } from "../stores/fleet-store.ts";
import { devicesPage } from "./device-page.ts";
import { badRequest, shown } from "./http-error.ts";
import type { Page, PageRequest } from "./list-answer.ts";
import { listDevices } from "./list-devices.ts";
import type { Call } from "./route.ts";
import { fleetMachineRow, worstSeverity } from "./rows/fleet-machine-row.ts";
import type { Service } from "./service.ts";

/** What of a list of devices is about what they lack: that is known of inventories, and no column of the store. */
export interface Standings {
  readonly status?: string;
  readonly severity?: string;
  /** digits: those that miss this update */
  readonly kb?: string;
  /** worst first; with a minus, worst last. What nobody knows comes last either way */
  readonly rankBy?: string;
}

const states = ["current", "behind", "unknown", "unsupported"];
const grades = ["Critical", "Important", "Moderate", "Low"];

/** A higher number is worse; null where nobody knows. */
const ranks: Readonly<Record<string, (summary: Summary) => number | null>> = {
  missing: ({ status, missing }) => (status === "assessed" ? missing.length : null),
  severity: (summary) => (summary.status === "assessed" ? rankOfSeverity(summary) : null),
  status: (summary) => ["current", "unknown", "unsupported", "behind"].indexOf(stateOf(summary)),
};

function rankOfSeverity(summary: Summary): number {
  const worst = worstSeverity(summary);
  const isExploited = summary.missing.some(({ exploited }) => exploited);
  return (worst === null ? 0 : 2 * (grades.length - grades.indexOf(worst))) + (isExploited ? 1 : 0);
}

/** The options beyond OData's; @throws HttpError 400 where one says nothing that there is */
export function standingsAsked({ path }: Call): Standings {
  const given = new Map(decodeQuery(path.query).map(({ name, value = "" }) => [name.toLowerCase(), value]));
  const [status, severity, kb, rankBy] = ["status", "severity", "kb", "rankby"].map((name) => given.get(name) || undefined);
  check("status", status, states);
  check("severity", severity, grades);
  check(
    "rankBy",
    rankBy,
    Object.keys(ranks).flatMap((name) => [name, `-${name}`]),
  );
  const digits = kb === undefined ? undefined : parseKb(kb);
  if (kb !== undefined && digits === undefined) throw badRequest(`kb: ${shown(kb)} is no KB`);
  return {
    ...(status === undefined ? {} : { status }),
    ...(severity === undefined ? {} : { severity }),
    ...(digits === undefined ? {} : { kb: digits }),
    ...(rankBy === undefined ? {} : { rankBy }),
  };
}

function check(name: string, value: string | undefined, known: readonly string[]): void {
  if (value !== undefined && !known.includes(value)) throw badRequest(`${name}: ${shown(value)} is none of ${known.join(", ")}`);
}

/** A page of the devices with how they stand. */
export async function fleetMachinesPage({ fleet }: Service, request: PageRequest, asked: Standings): Promise<Page> {
  const { sight } = request;
  const rowsOf = async (devices: readonly ListedDevice[]): Promise<Row[]> => {
    const summaries = await fleet.summaries(
      sight.epoch,
      devices.map(({ digest }) => digest),
    );
    return devices.map((device, index) => fleetMachineRow(device, summaries[index] as Summary, sight.view.at));
  };
  if (Object.keys(asked).length === 0) {
    const { devices, ...page } = await devicesPage(fleet.store, request, {});
    return { ...page, rows: await rowsOf(devices) };
  }
  const { counts, change } = await fleet.counts.of(sight.tenantId, sight.view);
  const summaries = await fleet.summaries(
    sight.epoch,
    counts.map(({ digest }) => digest),
  );
  const wanted = counts.map(({ digest }, index) => ({ digest, summary: summaries[index] as Summary })).filter(meets(asked));
  const { devices, total, ...read } = await inRanks(fleet.store, request, rankedDigests(wanted, asked.rankBy), change);
  const rows = await rowsOf(devices);
  const { options, token } = request;
  const skip = (token?.skip ?? options.skip) + rows.length;
  return { ...read, rows, total, change, ...(skip < total && rows.length > 0 ? { next: { skip } } : {}) };
}

interface Wanted {
  readonly digest: string;
  readonly summary: Summary;
}

function meets({ status, severity, kb }: Standings): (wanted: Wanted) => boolean {
  return ({ summary }) =>
    (status === undefined || stateOf(summary) === status) &&
    (severity === undefined || worstSeverity(summary) === severity) &&
    (kb === undefined || summary.missing.some(({ id }) => id === kb));
}

/** Digests by rank, in the order of the list; all in one where none is asked for. */
function rankedDigests(wanted: readonly Wanted[], rankBy: string | undefined): readonly (readonly string[])[] {
  const rank = ranks[rankBy?.replace("-", "") ?? ""];
  if (rank === undefined) return [wanted.map(({ digest }) => digest)];
  const byRank = new Map<number, string[]>();
  const sign = rankBy?.startsWith("-") === true ? -1 : 1;
  for (const { digest, summary } of wanted) {
    const found = rank(summary);
    const key = found === null ? Number.NEGATIVE_INFINITY : sign * found;
    const known = byRank.get(key);
    if (known === undefined) byRank.set(key, [digest]);
    else known.push(digest);
  }
  return [...byRank].sort(([a], [b]) => b - a).map(([, digests]) => digests);
}

/** One list after the other; within a rank the order that was asked for. */
async function inRanks(
  store: FleetStore,
  { options, sight, token }: PageRequest,
  lists: readonly (readonly string[])[],
  change: number,
): Promise<ReadInSight & { readonly devices: readonly ListedDevice[]; readonly total: number }> {
  const { filter, orderBy, limit } = options;
  const base = { ...(filter === undefined ? {} : { filter }), orderBy, limit: 0, count: true };
  const devices: ListedDevice[] = [];
  let [total, isTorn] = [0, false];
  const examined = new Set<ReadInSight["examined"]>();
  const skip = token?.skip ?? options.skip;
  for (const [index, digests] of lists.entries()) {
    const from = Math.max(0, skip - total);
    const found = await listDevices(store, sight, { ...base, digests, skip: from, limit: limit - devices.length }, index > 0);
    devices.push(...found.devices);
    total += found.total ?? 0;
    isTorn ||= sight.walkId === undefined && found.change !== change;
    examined.add(found.examined);
  }
  const worst = (["no", "if-nobody-stored"] as const).find((each) => examined.has(each));
  return { devices, total, isTorn, ...(worst === undefined ? {} : { examined: worst }) };
}
