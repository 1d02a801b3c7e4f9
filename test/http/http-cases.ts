import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { sharedFile } from "../shared-data.ts";

/** A row of http-cases.json. */
export interface HttpCase {
  readonly id: string;
  readonly group: string;
  readonly method: string;
  readonly path: string;
  readonly auth: "valid" | "t2" | "agent" | "admin" | "none";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: CaseBody | null;
  readonly expect: readonly number[];
  readonly body_check: string;
  readonly check?: string;
  readonly why: string;
  readonly max_rss_delta_mib?: number;
}

export interface CaseBody {
  readonly json?: unknown;
  readonly raw?: string;
  readonly hex?: string;
  readonly raw_wire?: string;
  readonly gen?: Generated;
  readonly gzip_of?: CaseBody;
  readonly gzip_bomb?: string;
  readonly sequence?: string;
  readonly file?: string;
  readonly slow?: object;
}

interface Generated {
  readonly open?: string;
  readonly close?: string;
  readonly json_array_field?: string;
  readonly item?: string;
  readonly n: number;
}

/** The rows, where the file is there. */
export function readHttpCases(): readonly HttpCase[] | undefined {
  const path = sharedFile("cases/http-cases.json");
  return path === undefined ? undefined : (JSON.parse(readFileSync(path, "utf8")) as { cases: HttpCase[] }).cases;
}

/** `{{NAME}}` by its value. @throws for a name without one */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{([A-Z0-9_ ]+|1 MiB)\}\}/g, (_, name: string) => {
    const value = name === "1 MiB" ? "x".repeat(1_048_576) : values[name];
    if (value === undefined) throw new Error(`unknown in a row: {{${name}}}`);
    return value;
  });
}

/** The bytes of a row's body; undefined for none. */
export function bytesOf(body: CaseBody | null, values: Readonly<Record<string, string>>): Buffer | undefined {
  if (body === null) return undefined;
  if (body.json !== undefined) return Buffer.from(filled(JSON.stringify(body.json), values));
  if (body.raw !== undefined) return Buffer.from(filled(body.raw, values));
  if (body.hex !== undefined) return Buffer.from(body.hex, "hex");
  if (body.raw_wire !== undefined) return Buffer.from(filled(body.raw_wire, values), "latin1");
  if (body.gen !== undefined) return Buffer.from(generate(body.gen));
  if (body.gzip_of !== undefined) return gzipSync(bytesOf(body.gzip_of, values) ?? "");
  if (body.gzip_bomb !== undefined) return Array.from({ length: 10 }).reduce<Buffer>((inner) => gzipSync(inner), Buffer.alloc(10_485_760));
  throw new Error(`unknown in a row: ${Object.keys(body).join(", ")}`);
}

function generate({ open = "", close = "", json_array_field: field, item = "", n }: Generated): string {
  if (field === undefined) return open.repeat(n) + close.repeat(n);
  return JSON.stringify({ hostname: "x", [field]: Array.from({ length: n }, (_, i) => item.replace("{i}", String(i))) });
}
