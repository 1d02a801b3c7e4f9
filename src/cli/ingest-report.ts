import type { IngestedItem } from "../app/ingest-inventories.ts";
import type { InputProblem } from "../inventory/format.ts";
import { count } from "./phrases.ts";

/** What `ingest --json` prints. */
export interface IngestReport {
  readonly inventories: number;
  readonly outcomes: Readonly<Record<IngestedItem["outcome"], number>>;
  /** the first ones; with the device where it is known which one */
  readonly problems: readonly IngestProblem[];
  readonly problemsInAll: number;
}

export interface IngestProblem extends InputProblem {
  readonly deviceName?: string;
  readonly deviceId?: string;
}

const mostProblems = 1_000;

/** Counts what became of the items of a stream, in the memory of its first problems. */
export class IngestTally {
  readonly #outcomes = { new: 0, updated: 0, unchanged: 0, older: 0, refused: 0 };
  readonly #problems: IngestProblem[] = [];
  readonly #onCount: (count: number) => void;
  #problemsInAll = 0;
  #count = 0;

  constructor(onCount: (count: number) => void = () => undefined) {
    this.#onCount = onCount;
  }

  add({ outcome, problems, device }: IngestedItem): void {
    this.#outcomes[outcome]++;
    this.#onCount(++this.#count);
    this.#problemsInAll += problems.length;
    for (const problem of problems) {
      if (this.#problems.length < mostProblems) this.#problems.push({ ...problem, ...device });
    }
  }

  /** how many were not refused */
  get stored(): number {
    return this.#all - this.#outcomes.refused;
  }

  get #all(): number {
    return Object.values(this.#outcomes).reduce((sum, each) => sum + each, 0);
  }

  report(): IngestReport {
    return {
      inventories: this.#all,
      outcomes: { ...this.#outcomes },
      problems: this.#problems,
      problemsInAll: this.#problemsInAll,
    };
  }
}

const meanings: Readonly<Record<IngestedItem["outcome"], string>> = {
  new: "devices not seen before",
  updated: "devices that report something else than before",
  unchanged: "devices that report the same as before",
  older: "older than what is held, which stays",
  refused: "could not be read",
};

/** The counts for people. */
export function printIngestTable({ inventories, outcomes, problemsInAll }: IngestReport): string {
  const rows = Object.entries(outcomes) as [IngestedItem["outcome"], number][];
  const width = String(inventories).length;
  const lines = rows.map(([name, number]) => `  ${name.padEnd(9)}  ${String(number).padStart(width)}  ${meanings[name]}`);
  const told = problemsInAll === 0 ? "" : `, ${count(problemsInAll, "problem")}`;
  return `${[`${inventories} ${inventories === 1 ? "inventory" : "inventories"}${told}`, ...lines].join("\n")}\n`;
}
