import type { TestProject } from "vitest/node";
import { openPostgresStore } from "../src/stores/postgres/postgres-store.ts";
import { forgetDatabases, readyCitus } from "./citus-servers.ts";
import { createDatabase, execute, postgresPrograms, startPostgres } from "./postgres-servers.ts";

/** A server for tests, and a database there that is brought up to date and empty: others are copies of it. */
export interface ReadyServer {
  readonly name: string;
  readonly url: string;
  readonly template: string;
  /** of Citus: the workers of the coordinator */
  readonly workers?: readonly string[];
}

declare module "vitest" {
  interface ProvidedContext {
    readonly postgres: readonly ReadyServer[];
  }
}

/**
 * Starts the servers once for a run of tests. `PATCHGAP_TEST_POSTGRES` names one that runs already, and is then the only one; so does `PATCHGAP_TEST_CITUS`:
 * a database on a coordinator of Citus that knows its workers.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const citus = process.env["PATCHGAP_TEST_CITUS"];
  if (citus !== undefined) return setupCitus(project, citus);
  const named = process.env["PATCHGAP_TEST_POSTGRES"];
  const programs = named === undefined ? await postgresPrograms() : [];
  const started = await Promise.all(programs.map(async (program) => ({ name: program.name, server: await startPostgres(program) })));
  const urls =
    named === undefined ? started.map(({ name, server }) => ({ name, url: server.url })) : [{ name: "the PostgreSQL named", url: named }];
  const ready = await Promise.all(urls.map(async ({ name, url }) => ({ name, url, template: await makeTemplate(url) })));
  project.provide("postgres", ready);
  return async () => {
    if (named !== undefined) for (const { template } of ready) await execute(named, `DROP DATABASE IF EXISTS ${template}`);
    await Promise.all(started.map(({ server }) => server.remove()));
  };
}

async function setupCitus(project: TestProject, url: string): Promise<() => Promise<void>> {
  const ready = await readyCitus(url);
  project.provide("postgres", [ready]);
  return () => forgetDatabases(ready);
}

async function makeTemplate(serverUrl: string): Promise<string> {
  const { url } = await createDatabase(serverUrl);
  await (await openPostgresStore({ url, statements: "named", timeoutMs: 20_000, connections: 3 })).close();
  return new URL(url).pathname.slice(1);
}
