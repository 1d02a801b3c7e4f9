/** One figure of a bench run, and what it is held to. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: "x" | "ms" | "MB" | "/s";
  /** `atMost` for times and sizes, `atLeast` for rates; absent: shown, not judged */
  readonly limit?: { readonly atMost: number } | { readonly atLeast: number };
  /** what it was measured against, in the same run */
  readonly baseline?: string;
}

export function isWithin({ value, limit }: Measurement): boolean {
  if (limit === undefined) return true;
  return "atMost" in limit ? value <= limit.atMost : value >= limit.atLeast;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
