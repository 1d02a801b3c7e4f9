import { inject } from "vitest";
import type { PostgresSettings } from "../src/stores/postgres/postgres-settings.ts";
import { openPostgresStore, type PostgresStore } from "../src/stores/postgres/postgres-store.ts";
import { lendDatabase } from "./citus-servers.ts";
import { createDatabase } from "./postgres-servers.ts";
import type { ReadyServer } from "./start-postgres.ts";

/** The servers that tests run on. */
export const postgresServers: readonly ReadyServer[] = inject("postgres");

if (postgresServers.length === 0) {
  process.stderr.write("No PostgreSQL for this platform: tests on it are left out. Name one with PATCHGAP_TEST_POSTGRES.\n");
}

/** A place of its own for stores of one test. */
export interface PostgresPlace {
  readonly url: string;
  readonly open: () => Promise<PostgresStore>;
  readonly remove: () => Promise<void>;
}

export async function makePostgresPlace(server: ReadyServer, settings: Partial<PostgresSettings> = {}): Promise<PostgresPlace> {
  // One that is empty needs no workers.
  const isCitus = server.workers !== undefined && server.template !== "template0";
  const { url, drop } = await (isCitus ? lendDatabase(server) : createDatabase(server.url, server.template));
  return { url, open: () => openPostgresStore(settingsOf(url, settings)), remove: drop };
}

/** The usual settings, and others. */
export function settingsOf(url: string, settings: Partial<PostgresSettings> = {}): PostgresSettings {
  return { url, statements: "named", timeoutMs: 20_000, connections: 6, ...settings };
}

export function openPostgresStoreAt(url: string, settings: Partial<PostgresSettings> = {}): Promise<PostgresStore> {
  return openPostgresStore(settingsOf(url, settings));
}
