/**
 * Rows where the engine is wrong and the table is right, each with what is wrong. They are run as tests that must fail: the one who mends the
 * engine sees them turn, and takes their names off. Nothing else may be put here: a row that is wrong itself is mended or removed.
 */
export const ENGINE_IS_WRONG: readonly Disagreement[] = [];

export interface Disagreement {
  readonly what: string;
  readonly on: "sheets" | "both";
  readonly devices: readonly string[];
}
