import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { Epoch } from "../app/fleet/epoch.ts";
import type { Caller } from "../auth/caller.ts";
import type { Permission } from "../auth/permissions.ts";
import type { Tenant } from "../stores/device-store.ts";
import type { CalledPath } from "./called-path.ts";

/** One call that the server answers. The list of all of them makes the router, the description for tools, and the tests of who may what. */
export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** `/api/machines/:id/software`; matched in any letter case */
  readonly path: string;
  /** where callers write it in another way: `/api/machines/findbyip(ip=':ip',timestamp=:timestamp)` */
  readonly written?: string;
  /** any one of them will do; `anyone`: neither token nor session is asked for */
  readonly may: readonly Permission[] | "anyone";
  /** one line for the documentation */
  readonly summary: string;
  /** what it answers, as `$metadata` calls it, where it is a list or an entity */
  readonly answers?: string;
  /** the options it takes beyond OData's, for the documentation */
  readonly options?: readonly string[];
  /** of them, those that must be given */
  readonly needs?: readonly string[];
  /** media types of the body, where it is something else than JSON */
  readonly takes?: readonly string[];
  /** the OData options of lists count here */
  readonly isList?: boolean;
  /**
   * The digest of the device that the path names, asked for while it is asked whether the caller may still come: neither waits for the other.
   * Nothing where the answer does not begin with it.
   */
  readonly digestAhead?: (tenantId: string, called: Pick<Call, "path" | "params">) => Promise<string | undefined> | undefined;
  readonly handle: Handle;
}

export type Handle = (call: Call) => Promise<Answer>;

/** A request, on its way to an answer. */
export interface Call {
  readonly id: string;
  readonly path: CalledPath;
  readonly params: Readonly<Record<string, string>>;
  /** scheme and host that was called, as configured */
  readonly origin: string;
  readonly headers: IncomingHttpHeaders;
  /** piece by piece, once */
  readonly body: AsyncIterable<Uint8Array>;
  /** it comes from this machine, and no proxy passed it on */
  readonly isLocal: boolean;
  /** who calls; of routes that are for anyone: nobody */
  readonly caller: Caller;
  readonly tenant: Tenant;
  /** of routes that ask for it, where a token was shown */
  readonly digestAhead?: Promise<string | undefined> | undefined;
}

export interface Answer {
  /** 200 where absent */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** the knowledge that it was made under; absent: what was in force when the call came */
  readonly epoch?: Epoch;
  /** text of the type named, JSON where none is */
  readonly body: string | Buffer | Readable;
  readonly type?: string;
}

/** OData's own words for JSON with little metadata. */
export const jsonType = "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8";

/** The value of a parameter of the path. */
export function param({ params }: Pick<Call, "params">, name: string): string {
  return params[name] ?? "";
}
