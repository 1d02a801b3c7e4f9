import { ProductError } from "../../domain/errors.ts";
import type { ReplicaWatch } from "./replica-watch.ts";

/** How a PostgreSQL database is reached and used. */
export interface PostgresSettings {
  /** `postgresql://user:password@host:port/database`, with libpq's parameters; never shown */
  readonly url: string;
  /** `unnamed` for poolers that hand out connections by transaction */
  readonly statements: "named" | "unnamed";
  /** after so long a statement is given up, and so is waiting for a connection */
  readonly timeoutMs: number;
  /** connections of this process, those for lists counted */
  readonly connections: number;
  /** after so long waiting for a connection ends; absent: as for statements */
  readonly connectMs?: number;
  /** a streaming replica of it, for long readings */
  readonly read?: { readonly url: string; readonly watch: ReplicaWatch };
  /** taken for granted, not looked for: tests try what is said to Citus where there is none */
  readonly placement?: "one-server" | "distributed";
  /** told of every statement that is sent: tests look at them */
  readonly observe?: (sql: string) => void;
}

/** Whether a text names a PostgreSQL database. */
export function isPostgresUrl(text: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(text);
}

/** Where the database is, without what nobody else may see; @throws ProductError `usage` for a text that is no such URL: it may hold a password, so it is not repeated */
export function placeOf(url: string, option = "--database"): string {
  if (!isPostgresUrl(url) || !URL.canParse(url)) {
    throw new ProductError("usage", `${option}: this is not the URL of a PostgreSQL database`, {
      hint: "Write it as postgresql://user:password@host:5432/name, signs such as @ and / in the password as %40 and %2F.",
    });
  }
  const { username, hostname, port, pathname } = new URL(url);
  return `postgresql://${username === "" ? "" : `${username}@`}${hostname}${port === "" ? "" : `:${port}`}${pathname}`;
}
