/**
 * The service as clients meet it: a server in a process of its own, a large fleet, and requests over kept connections.
 * Alone: `node bench/service-bench.ts`, after `npm run build`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { permissions } from "../src/auth/permissions.ts";
import { loadKnowledge, openExistingStore } from "../src/compose.ts";
import { benchBulk, benchCheckIns } from "./check-in-bench.ts";
import { runChild } from "./child.ts";
import { corpusFolder } from "./corpus.ts";
import { makeFleet } from "./made-up-fleet.ts";
import type { Measurement } from "./measurement.ts";
import { benchAnswers, benchReading } from "./reading-bench.ts";
import { type Served, serveProduct } from "./served.ts";
import type { World } from "./world.ts";

const size = { devices: 100_000, distinct: 5_000 };

/** Everything about the running server, on a fleet of 100,000 devices. */
export async function benchService(documents: string, workFolder: string): Promise<Measurement[]> {
  const world = await makeWorld(documents, workFolder);
  const bulk = await withServer(world, (served) => benchBulk(world, served));
  const answers = await withServer(world, (served) => benchAnswers(world, served));
  const reading = await withServer(world, (served) => benchReading(world, served));
  const checkIns = await withServer(world, (served) => benchCheckIns(world, served));
  return [...answers, ...checkIns, ...bulk, ...reading];
}

async function makeWorld(documents: string, workFolder: string): Promise<World> {
  const program = fileURLToPath(new URL("../bin/patchgap", import.meta.url));
  const data = join(workFolder, "service");
  runChild([program, "sync", "--from", documents, "--data", data, "--quiet"]);
  const made = JSON.parse(runChild([program, "client", "add", "bench", "--roles", permissions.join(), "--data", data, "--json"]).stdout);
  const token = await withServer({ data }, (served) => askForToken(served, made));
  const store = await openExistingStore({ data });
  const { catalog } = await loadKnowledge(store);
  await store.close();
  return { workFolder, data, fleet: makeFleet(catalog, size), headers: { Authorization: `Bearer ${token}` } };
}

/** A client as `patchgap client add --json` prints it. */
export interface MadeClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tenantId: string;
}

/** A token as every client gets it: whether the client was revoked is looked at with every request. */
export async function askForToken({ origin }: Pick<Served, "origin">, { clientId, clientSecret, tenantId }: MadeClient): Promise<string> {
  const response = await fetch(`${origin}/${tenantId}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({
      ...{ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret },
      scope: "https://api.securitycenter.microsoft.com/.default",
    }),
  });
  const { access_token: token } = (await response.json()) as { readonly access_token?: string };
  if (token === undefined) throw new Error(`no token: ${response.status}`);
  return token;
}

async function withServer<T>({ data }: Pick<World, "data">, work: (served: Served) => Promise<T>): Promise<T> {
  const served = await serveProduct(data);
  try {
    return await work(served);
  } finally {
    await served.stop();
  }
}

if (import.meta.main) {
  const workFolder = mkdtempSync(join(tmpdir(), "patchgap-bench-"));
  try {
    for (const { name, value, unit, baseline = "" } of await benchService(corpusFolder(workFolder), workFolder))
      console.log(`${name.padEnd(50)} ${value.toFixed(unit === "x" ? 2 : 0).padStart(10)} ${unit.padEnd(3)} ${baseline}`);
  } finally {
    rmSync(workFolder, { recursive: true });
  }
}
