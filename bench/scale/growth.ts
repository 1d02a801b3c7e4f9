import { type Figures, STEPS, type Step } from "./steps.ts";

/** How a step's cost grew from one size of a fleet to the next: times as many devices to this power. */
export interface Grown {
  readonly database: string;
  readonly step: Step;
  readonly from: number;
  readonly to: number;
  readonly exponent: number;
  /** by how much, in the step's unit */
  readonly increase: number;
}

/** Above 1 by this much is not the noise of a shared machine. */
const noise = 0.1;
/** What is this small is noise, whatever its exponent: ms, s, MB. */
const trifles: Readonly<Record<string, number>> = { ms: 1, s: 0.5, MB: 5 };

/** 1: as much more as there is more data; 0: the same whatever the data. */
export function exponentOf(
  from: { readonly size: number; readonly cost: number },
  to: { readonly size: number; readonly cost: number },
): number {
  return Math.log(to.cost / from.cost) / Math.log(to.size / from.size);
}

/** The growth of every cost between sizes that follow each other. */
export function growthOf(figures: readonly Figures[]): readonly Grown[] {
  return STEPS.filter(({ growth }) => growth !== "shown").flatMap((step) =>
    [...new Set(figures.map(({ database }) => database))].flatMap((database) => {
      const sizes = figures.filter((each) => each.database === database && each.values[step.key] !== undefined);
      const sorted = sizes.sort((a, b) => a.devices - b.devices);
      return sorted.slice(1).map((to, index): Grown => {
        const from = sorted[index] as Figures;
        const [less, more] = [from.values[step.key] ?? 0, to.values[step.key] ?? 0];
        const exponent = exponentOf({ size: from.devices, cost: less }, { size: to.devices, cost: more });
        return { database, step, from: from.devices, to: to.devices, exponent, increase: more - less };
      });
    }),
  );
}

/** Whether a cost grew faster than its data: a fleet's than the fleet, a request's at all. */
export function isTooFast({ step, exponent, increase }: Grown): boolean {
  return exponent > (step.growth === "fleet" ? 1 : 0) + noise && increase > (trifles[step.unit] ?? 0);
}

/** Sentences that name what grows faster than its data. */
export function growthSentences(grown: readonly Grown[]): readonly string[] {
  const fast = grown.filter(isTooFast);
  if (grown.length === 0) return ["One size alone says nothing about growth."];
  if (fast.length === 0) return ["No step grows faster than its data."];
  return fast.map(({ database, step, from, to, exponent }) => {
    const what = step.growth === "fleet" ? "grows faster than the fleet" : "grows with the fleet, and should not";
    return `${database}, ${sizeWords(from)} to ${sizeWords(to)} devices: "${step.title.trim()}" ${what}: exponent ${exponent.toFixed(2)}.`;
  });
}

/** 10k, 1M: short. */
export function sizeWords(devices: number): string {
  if (devices % 1_000_000 === 0) return `${devices / 1_000_000}M`;
  return devices % 1_000 === 0 ? `${devices / 1_000}k` : String(devices);
}
