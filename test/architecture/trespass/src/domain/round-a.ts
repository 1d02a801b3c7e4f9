import type { B } from "./round-b.ts";

export type A = { readonly b?: B };
