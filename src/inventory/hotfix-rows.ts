import type { InventoryFragment } from "./format.ts";
import { isNumberlessEntry, parseKbEntry } from "./kb-entry.ts";
import { checkKbCount } from "./kb-list.ts";
import type { ProblemList } from "./problem-list.ts";

/** One hotfix as any of the list forms shows it. */
export interface HotfixRow {
  readonly line?: number;
  /** the HotFixID cell as it stands; undefined where the row has none */
  readonly id: string | undefined;
  /** the machine, where the list names it */
  readonly machine?: string | undefined;
  /** where XP and 2003 put the KB when the HotFixID says `File 1` */
  readonly servicePack?: string | undefined;
  /** where an export says whether the update is installed; Microsoft's own lists leave it empty */
  readonly state?: string | undefined;
}

/** Names of the column or property with the KB: Microsoft's own, and those that people give it in exports. Compared without case, spaces, `-` and `_`. */
const ID_NAMES: ReadonlySet<string> = new Set(["hotfixid", "hotfix", "kb", "kbid", "kbnumber", "kbarticle", "kbarticleid", "kbarticleids"]);

/** Names of the column with the machine, most telling first: `Source` and `Node` are what was typed to reach it. */
const MACHINE_NAMES: readonly string[] = [
  "csname",
  "pscomputername",
  "server",
  "computername",
  "machinename",
  "hostname",
  "devicename",
  "source",
  "node",
];

/** Names of the column that says whether an update is installed: exports of WSUS and the like list what is needed under the same KB column. */
const STATE_NAMES: ReadonlySet<string> = new Set(["status", "state", "installstate", "installationstate", "installed", "isinstalled"]);
const INSTALLED_WORDS: ReadonlySet<string> = new Set(["", "installed", "true", "yes", "1"]);

/** What a column is for, by its name alone; its position means nothing. */
export function columnRole(name: string): "id" | "machine" | "service-pack" | "state" | undefined {
  const plain = plainName(name);
  if (ID_NAMES.has(plain)) return "id";
  if (MACHINE_NAMES.includes(plain)) return "machine";
  if (STATE_NAMES.has(plain)) return "state";
  return plain === "servicepackineffect" ? "service-pack" : undefined;
}

/** Which of several machine columns to believe: the lower, the better. */
export function machineRank(name: string): number {
  return MACHINE_NAMES.indexOf(plainName(name));
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, "");
}

/** Gathers rows into one list per machine. Rows that name no KB are told, not passed over. */
export function fragmentsOfRows(rows: Iterable<HotfixRow>, problems: ProblemList): InventoryFragment[] {
  const machines = new Map<string, MachineList>();
  for (const row of rows) {
    const name = row.machine?.trim() ?? "";
    const list = machines.get(name.toLowerCase()) ?? { name, kbs: new Set<string>(), numberless: 0 };
    machines.set(name.toLowerCase(), list);
    addRow(list, row, problems);
  }
  return [...machines.values()].map((list) => fragmentOf(list));
}

interface MachineList {
  readonly name: string;
  readonly kbs: Set<string>;
  numberless: number;
}

function addRow(list: MachineList, row: HotfixRow, problems: ProblemList): void {
  const place = { ...(row.line === undefined ? {} : { line: row.line }), field: "HotFixID" };
  if (!INSTALLED_WORDS.has((row.state ?? "").trim().toLowerCase())) {
    problems.add("the row does not say that the update is installed, and was left out", place);
    return;
  }
  const id = row.id ?? "";
  const kb = parseKbEntry(id) ?? (isNumberlessEntry(id) ? parseKbEntry(row.servicePack ?? "") : undefined);
  if (kb !== undefined) list.kbs.add(kb);
  else if (isNumberlessEntry(id)) list.numberless++;
  else problems.add("the row names no KB and was left out", place);
  checkKbCount(list.kbs.size, problems.source);
}

/** What stands for the machine itself is no name. */
const LOCAL_NAMES: ReadonlySet<string> = new Set(["", ".", "localhost", "127.0.0.1", "::1"]);

function fragmentOf(list: MachineList): InventoryFragment {
  const notes =
    list.numberless === 0
      ? []
      : [`${list.numberless} entries of the hotfix list name files, not updates (Windows XP and Server 2003 do so)`];
  const isRead = list.kbs.size > 0;
  return {
    ...(LOCAL_NAMES.has(list.name.toLowerCase()) ? {} : { deviceName: list.name }),
    installedKbs: isRead ? [...list.kbs] : null,
    notes: isRead ? notes : [...notes, "no row of the hotfix list names a KB"],
  };
}
