import { readFileSync } from "node:fs";
import { sharedFile } from "../shared-data.ts";

/** A row of odata-cases.json. */
export interface CaseRow {
  readonly id: string;
  readonly group: string;
  readonly entity: "machines" | "vulnerabilities";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | { readonly gen: Generated }>>;
  /** values of `query` go on the wire as they stand */
  readonly raw?: boolean;
  readonly raw_query?: string;
  readonly expect: readonly number[];
  readonly expect_rows?: number;
  readonly expect_max_rows?: number;
  readonly max_ms?: number;
  readonly why: string;
}

interface Generated {
  readonly prefix?: string;
  readonly repeat?: string;
  readonly mid?: string;
  readonly close?: string;
  readonly suffix?: string;
  readonly join?: string;
  readonly term?: string;
  readonly n: number;
}

export interface CaseFile {
  readonly filterable: Readonly<Record<string, readonly string[]>>;
  readonly max_top: Readonly<Record<string, number>>;
  readonly cases: readonly CaseRow[];
}

/** The file of rows, where it is there. */
export function readCases(): CaseFile | undefined {
  const path = sharedFile("cases/odata-cases.json");
  return path === undefined ? undefined : (JSON.parse(readFileSync(path, "utf8")) as CaseFile);
}

/** The query string of a row as it goes on the wire. */
export function wireQuery(row: CaseRow): string {
  if (row.raw_query !== undefined) return row.raw_query;
  const parts = Object.entries(row.query ?? {}).map(([name, value]) => {
    const text = typeof value === "string" ? value : generate(value.gen);
    return row.raw === true ? `${name}=${text}` : `${encodeURIComponent(name)}=${encodeURIComponent(text)}`;
  });
  return parts.join("&");
}

function generate({ prefix = "", repeat = "", mid = "", close = "", suffix = "", join, term = "", n }: Generated): string {
  if (join !== undefined) return Array.from({ length: n }, (_, i) => formatted(term, i)).join(join);
  return `${prefix}${repeat.repeat(n)}${mid}${close.repeat(n)}${suffix}`;
}

/** `{i}` and `{i:040x}` of Python's format. */
function formatted(term: string, i: number): string {
  return term.replace(/\{i(?::0(\d+)x)?\}/g, (_, width?: string) =>
    width === undefined ? String(i) : i.toString(16).padStart(Number(width), "0"),
  );
}
