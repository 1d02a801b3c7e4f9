import { badRequest } from "./http-error.ts";

/** Where a walk through pages goes on. Nothing in it gives anybody a right: the walk must be the caller's tenant's. */
export interface SkipToken {
  readonly walkId: string;
  /** after so many rows */
  readonly skip?: number;
  /** after this device */
  readonly after?: string;
  /** and after so many rows of the next one */
  readonly row?: number;
}

/** A token as it stands in `$skiptoken`. */
export function writeSkipToken({ walkId, skip, after, row }: SkipToken): string {
  return Buffer.from(JSON.stringify([walkId, skip ?? null, after ?? null, row ?? null]), "utf8").toString("base64url");
}

/** Reads it back; @throws HttpError for text that is none of ours */
export function readSkipToken(text: string): SkipToken {
  const [walkId, skip, after, row] = readList(text);
  if (typeof walkId !== "string" || !isPlace(skip) || !isPlace(row) || !isDevice(after)) throw notOurs();
  return {
    walkId,
    ...(skip === null ? {} : { skip }),
    ...(after === null ? {} : { after }),
    ...(row === null ? {} : { row }),
  };
}

function readList(text: string): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (Array.isArray(list) && list.length === 4) return list;
  } catch {
    // told below
  }
  throw notOurs();
}

function isPlace(value: unknown): value is number | null {
  return value === null || (Number.isSafeInteger(value) && Number(value) >= 0);
}

function isDevice(value: unknown): value is string | null {
  return value === null || value === "" || (typeof value === "string" && /^[0-9a-f]{40}$/.test(value));
}

function notOurs(): Error {
  return badRequest("$skiptoken: is no token of this service; take it from @odata.nextLink as it stands", "ODataError");
}
