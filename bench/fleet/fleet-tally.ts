import { platformOf } from "../../src/domain/windows/platform.ts";
import type { FleetLine } from "./fleet-lines.ts";
import { lagWords } from "./patch-lag.ts";
import type { DrawnPosture } from "./postures.ts";

/** Counts what a fleet has, device by device. */
export class FleetTally {
  readonly #devices = new Map<DrawnPosture, number>();
  #total = 0;

  add({ posture }: Pick<FleetLine, "posture">): void {
    this.#devices.set(posture, (this.#devices.get(posture) ?? 0) + 1);
    this.#total++;
  }

  get devices(): number {
    return this.#total;
  }

  get postures(): number {
    return this.#devices.size;
  }

  /** A table for people: systems, how far behind, what is wrong. */
  table(): string {
    const isWell = ({ fault }: DrawnPosture): boolean => fault !== "cannot be assessed";
    const sections = [
      ["systems", this.#by((posture) => systemWords(posture))],
      ["patch lag", this.#by((posture) => (isWell(posture) ? lagWords(posture.lag) : undefined))],
      ["broken", this.#by(({ fault }) => fault)],
    ] as const;
    const text = sections.map(([title, rows]) => [title, ...rows.map(([name, count]) => this.#row(name, count))].join("\n"));
    return [`${this.#total} devices, ${this.postures} postures`, ...text].join("\n");
  }

  #row(name: string, count: number): string {
    return `  ${name.padEnd(36)}${String(count).padStart(9)}${((count * 100) / this.#total).toFixed(1).padStart(7)} %`;
  }

  /** Most first. */
  #by(word: (posture: DrawnPosture) => string | undefined): (readonly [string, number])[] {
    const counts = new Map<string, number>();
    for (const [posture, devices] of this.#devices) {
      const name = word(posture);
      if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + devices);
    }
    return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  }
}

function systemWords({ inventory: { os } }: DrawnPosture): string {
  const { name, release } = platformOf(os);
  if (name === null) return `${os.caption ?? "unknown"} (${os.build})`;
  return [name, release ?? "", os.installationType === "Server Core" ? "core" : ""].filter((word) => word !== "").join(" ");
}
