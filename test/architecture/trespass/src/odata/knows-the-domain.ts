import type { A } from "../domain/round-a.ts";

export type Knows = A;
