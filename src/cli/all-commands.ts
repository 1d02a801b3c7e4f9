import {
  distributeSettings,
  fleetSettings,
  ingestSettings,
  missingSettings,
  rolesSettings,
  type Setting,
  serveSettings,
  signInSettings,
  syncSettings,
  tenantAddSettings,
  tenantSettings,
} from "../config/settings.ts";
import type { RunCommand } from "./command.ts";

/** Commands are loaded when they are called: starting up must stay cheap. */
export interface CommandEntry {
  /** one word, or that of a group and its own */
  readonly name: string;
  readonly argument?: string;
  readonly summary: string;
  readonly settings: readonly Setting[];
  readonly load: () => Promise<RunCommand>;
}

/** In the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    name: "sync",
    summary: "bring update knowledge in",
    settings: syncSettings,
    load: async () => (await import("./commands/sync.ts")).sync,
  },
  {
    name: "missing",
    argument: "[device...]",
    summary: "say which updates devices are missing",
    settings: missingSettings,
    load: async () => (await import("./commands/missing.ts")).missing,
  },
  {
    name: "ingest",
    argument: "[file...]",
    summary: "store inventories of devices",
    settings: ingestSettings,
    load: async () => (await import("./commands/ingest.ts")).ingest,
  },
  {
    name: "devices",
    summary: "list the stored devices and how they stand",
    settings: fleetSettings,
    load: async () => (await import("./commands/devices.ts")).devices,
  },
  {
    name: "fleet",
    summary: "say which updates the stored devices are missing, and how many miss each",
    settings: fleetSettings,
    load: async () => (await import("./commands/fleet.ts")).fleet,
  },
  {
    name: "tenant list",
    summary: "list the tenants",
    settings: [],
    load: async () => (await import("./commands/tenant.ts")).tenantList,
  },
  {
    name: "tenant add",
    argument: "<alias>",
    summary: "make a tenant",
    settings: tenantAddSettings,
    load: async () => (await import("./commands/tenant.ts")).tenantAdd,
  },
  {
    name: "client add",
    argument: "<name>",
    summary: "make a client and show its secret, this once",
    settings: rolesSettings,
    load: async () => (await import("./commands/client.ts")).clientAdd,
  },
  {
    name: "client list",
    summary: "list the clients of a tenant",
    settings: tenantSettings,
    load: async () => (await import("./commands/client.ts")).clientList,
  },
  {
    name: "client revoke",
    argument: "<client-id>",
    summary: "end a client and the tokens it has",
    settings: [],
    load: async () => (await import("./commands/client.ts")).clientRevoke,
  },
  {
    name: "token",
    summary: "print a token for trying things out",
    settings: rolesSettings,
    load: async () => (await import("./commands/token.ts")).token,
  },
  {
    name: "sign-in",
    summary: "print a link that signs in at the page, once",
    settings: signInSettings,
    load: async () => (await import("./commands/sign-in.ts")).signIn,
  },
  {
    name: "migrate-store",
    argument: "<from> <to>",
    summary: "move everything into an empty database, SQLite or PostgreSQL",
    settings: [],
    load: async () => (await import("./commands/migrate-store.ts")).migrateStoreCommand,
  },
  {
    name: "database distribute",
    summary: "let Citus distribute the tables of a PostgreSQL database, empty or filled",
    settings: distributeSettings,
    load: async () => (await import("./commands/database.ts")).databaseDistribute,
  },
  {
    name: "serve",
    summary: "answer Defender's API over the stored devices, and keep the knowledge up to date",
    settings: serveSettings,
    load: async () => (await import("./commands/serve.ts")).serve,
  },
  {
    name: "start",
    summary: "serve what is there; where nothing is, the bundled sample with a line to try",
    settings: serveSettings,
    load: async () => (await import("./commands/start.ts")).start,
  },
];

/** What commands of two words are about. */
export const groups: Readonly<Record<string, string>> = {
  tenant: "tenants: whose devices they are",
  database: "the PostgreSQL database as a whole",
  client: "clients of the built-in issuer: programs that may ask for tokens",
};
