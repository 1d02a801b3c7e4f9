import type { A } from "./round-a.ts";

export type B = { readonly a?: A };
