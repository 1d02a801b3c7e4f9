/** How a step's cost should grow: `fleet` with the devices, `request` not at all, `shown` is no cost and not judged. */
export type Growth = "fleet" | "request" | "shown";

/** A step's name in figures that are kept. */
export type StepKey =
  | "inventories"
  | "evaluations"
  | "loadSeconds"
  | "loadCpuSeconds"
  | "loadRate"
  | "rowRate"
  | "rawRate"
  | "copyRate"
  | "loadShare"
  | "loadShareOfLines"
  | "catalogSeconds"
  | "catalogCpuSeconds"
  | "evaluationSeconds"
  | "missingUpdatesP50"
  | "missingUpdatesP99"
  | "recount"
  | "listP50"
  | "listP99"
  | "missingKbsP50"
  | "missingKbsP99"
  | "missingKbsCpu"
  | "bareKbsP50"
  | "bareKbsP99"
  | "walkSeconds"
  | "walkCpuSeconds"
  | "walkRows"
  | "checkInRate"
  | "checkInCpu"
  | "restartSeconds"
  | "idleMb"
  | "loadPeakMb"
  | "peakMb"
  | "diskMb"
  | "deviceBytes"
  | "inventoryBytes"
  | "loadAverage";

/** Something that is measured at each size of a fleet. */
export interface Step {
  readonly key: StepKey;
  readonly title: string;
  readonly unit: "s" | "ms" | "MB" | "/s" | "x" | "";
  readonly growth: Growth;
  /** what it is held to, up to a million devices */
  readonly limit?: { readonly atMost: number } | { readonly atLeast: number };
}

/** Every step, in the order of the table. */
export const STEPS: readonly Step[] = [
  { key: "inventories", title: "distinct inventories", unit: "", growth: "shown" },
  { key: "evaluations", title: "evaluations under the new catalog", unit: "", growth: "shown" },
  { key: "loadSeconds", title: "load by one stream of lines", unit: "s", growth: "fleet" },
  { key: "loadCpuSeconds", title: "  load, processor time of the server", unit: "s", growth: "fleet" },
  { key: "loadRate", title: "  lines", unit: "/s", growth: "shown" },
  { key: "rowRate", title: "  raw inserts of the rows that come of them, 500 devices a commit", unit: "/s", growth: "shown" },
  { key: "loadShare", title: "  its share of raw inserts of rows", unit: "x", growth: "shown", limit: { atLeast: 0.5 } },
  { key: "rawRate", title: "  raw inserts of the lines as they are, 500 a commit", unit: "/s", growth: "shown" },
  { key: "copyRate", title: "  raw COPY of the lines as they are, all in one", unit: "/s", growth: "shown" },
  { key: "loadShareOfLines", title: "  its share of raw inserts of lines", unit: "x", growth: "shown" },
  { key: "catalogSeconds", title: "new catalog in force, after its import", unit: "s", growth: "fleet", limit: { atMost: 10 } },
  { key: "catalogCpuSeconds", title: "  new catalog, processor time of the server", unit: "s", growth: "fleet" },
  { key: "evaluationSeconds", title: "  of which evaluation", unit: "s", growth: "fleet", limit: { atMost: 1 } },
  { key: "missingUpdatesP50", title: "/api/missingupdates, p50", unit: "ms", growth: "request" },
  { key: "missingUpdatesP99", title: "/api/missingupdates, p99", unit: "ms", growth: "request", limit: { atMost: 50 } },
  { key: "recount", title: "  the first one after a check-in, median", unit: "ms", growth: "fleet" },
  { key: "listP50", title: "filtered list of machines, p50", unit: "ms", growth: "request" },
  { key: "listP99", title: "filtered list of machines, p99", unit: "ms", growth: "request", limit: { atMost: 100 } },
  { key: "missingKbsP50", title: "getmissingkbs at 1,000/s, p50", unit: "ms", growth: "request" },
  { key: "missingKbsP99", title: "getmissingkbs at 1,000/s, p99", unit: "ms", growth: "request", limit: { atMost: 10 } },
  { key: "missingKbsCpu", title: "  getmissingkbs, processor time of the server", unit: "ms", growth: "request" },
  { key: "bareKbsP50", title: "  a bare node:http that looks up the device at 1,000/s, p50", unit: "ms", growth: "shown" },
  { key: "bareKbsP99", title: "  a bare node:http that looks up the device at 1,000/s, p99", unit: "ms", growth: "shown" },
  { key: "walkSeconds", title: "walk of MissingKbsByMachine", unit: "s", growth: "fleet", limit: { atMost: 60 } },
  { key: "walkCpuSeconds", title: "  walk, processor time of the server", unit: "s", growth: "fleet" },
  { key: "walkRows", title: "  rows", unit: "", growth: "shown" },
  { key: "checkInRate", title: "check-ins of one request each", unit: "/s", growth: "shown" },
  { key: "checkInCpu", title: "  a check-in, processor time of the server", unit: "ms", growth: "request" },
  { key: "restartSeconds", title: "start of a server until it is ready", unit: "s", growth: "fleet" },
  { key: "idleMb", title: "memory of a server that has just started", unit: "MB", growth: "fleet" },
  { key: "loadPeakMb", title: "largest memory of the server: load and switch", unit: "MB", growth: "fleet", limit: { atMost: 512 } },
  { key: "peakMb", title: "largest memory of the server: everything", unit: "MB", growth: "fleet", limit: { atMost: 512 } },
  { key: "diskMb", title: "database on disk", unit: "MB", growth: "fleet" },
  { key: "deviceBytes", title: "  tables of devices, bytes a device", unit: "", growth: "shown" },
  { key: "inventoryBytes", title: "  tables of inventories, bytes a distinct inventory", unit: "", growth: "shown" },
  { key: "loadAverage", title: "processes that wanted the processors at the end (load average)", unit: "", growth: "shown" },
];

/** What was measured for one fleet in one database. */
export interface Figures {
  readonly database: string;
  readonly devices: number;
  readonly values: Readonly<Partial<Record<StepKey, number>>>;
}

/** The limits are those of so many devices. */
export const LIMITED_DEVICES = 1_000_000;

/** Whether a figure keeps its step's limit; undefined where it has none. */
export function isKept(step: Step, value: number, devices: number): boolean | undefined {
  if (step.limit === undefined || devices > LIMITED_DEVICES) return undefined;
  return "atMost" in step.limit ? value <= step.limit.atMost : value >= step.limit.atLeast;
}
