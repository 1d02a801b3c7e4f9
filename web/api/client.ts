/** An answer that says no: what the server said, and under which id its log has it. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly target: string | undefined;

  constructor(status: number, code: string, message: string, target?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.target = target;
  }
}

/** A page of a list. */
export interface ListPage<T> {
  readonly value: readonly T[];
  readonly "@odata.count"?: number;
  readonly "@odata.nextLink"?: string;
}

let onSignedOut: () => void = () => undefined;

/** Says what happens when the session has ended. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

let isStale = false;

/** Whether the server says that its update knowledge is older than it should be. */
export function knowledgeIsStale(): boolean {
  return isStale;
}

export interface Asking {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  /** an object is sent as JSON, a text or file as it is */
  readonly body?: object | Blob;
  readonly type?: string;
  readonly signal?: AbortSignal;
  /** 401 is an answer like others: nobody is sent to sign in */
  readonly isQuiet?: boolean;
}

/** Asks the server; @throws ApiError where it says no, `status` 0 where it cannot be reached */
export async function ask<T>(path: string, asking: Asking = {}): Promise<T> {
  const response = await send(path, asking);
  // Answers that are made of update knowledge name it, and say when it is too old.
  if (response.headers.has("X-Patchgap-Catalog")) isStale = response.headers.get("Warning")?.startsWith("110 ") === true;
  const text = await response.text();
  if (response.ok) return (text === "" ? undefined : JSON.parse(text)) as T;
  if (response.status === 401 && asking.isQuiet !== true) onSignedOut();
  throw errorOf(response.status, text);
}

/** Every row of a list, page by page. */
export async function askAll<T>(path: string, signal?: AbortSignal): Promise<readonly T[]> {
  const rows: T[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const page: ListPage<T> = await ask<ListPage<T>>(next, signal === undefined ? {} : { signal });
    rows.push(...page.value);
    const link = page["@odata.nextLink"];
    next = link === undefined ? undefined : pathOf(link);
  }
  return rows;
}

/** Whatever address the server is known under, it is asked where the page came from. */
function pathOf(link: string): string {
  const { pathname, search } = new URL(link, window.location.href);
  return pathname + search;
}

async function send(path: string, { method = "GET", body, type, signal }: Asking): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-Patchgap-Page"] = "1";
  if (body !== undefined) headers["Content-Type"] = type ?? "application/json";
  try {
    return await fetch(path, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiError(0, "Unreachable", "");
  }
}

function errorOf(status: number, text: string): ApiError {
  try {
    const { error } = JSON.parse(text) as { readonly error: { readonly code: string; readonly message: string; readonly target?: string } };
    return new ApiError(status, error.code, error.message, error.target);
  } catch {
    return new ApiError(status, String(status), "");
  }
}

/** A value as it stands in a filter. */
export function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A query of options; those without a value are left out. */
export function options(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  return given.length === 0 ? "" : `?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&")}`;
}
