import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { FastifyInstance, FastifyServerOptions } from "fastify";
import { checkInQueue } from "./app/fleet/check-in-queue.ts";
import { ExposureKeeper } from "./app/fleet/exposure-days.ts";
import { Fleet, type NumberedCatalog } from "./app/fleet/fleet.ts";
import { TotalsKeeper } from "./app/fleet/fleet-totals.ts";
import { knowledgeKeeper } from "./app/keep-up.ts";
import { DigestsByWords } from "./app/known-words.ts";
import { lookUpTogether } from "./app/look-up-together.ts";
import { TenantDirectory } from "./app/tenant-directory.ts";
import type { Caller } from "./auth/caller.ts";
import { builtInAudiences } from "./auth/issuer/audiences.ts";
import { trustBuiltInIssuer } from "./auth/issuer/built-in-issuer.ts";
import { SigningKeys } from "./auth/issuer/signing-keys.ts";
import { type IssuerSettings, readIssuerSettings, readKeysUrl } from "./auth/issuer-settings.ts";
import { TrustedIssuers, trustIssuer } from "./auth/issuers.ts";
import { openProvider, type Provider } from "./auth/oidc/provider.ts";
import { type ProviderSettings, readProviderSettings } from "./auth/oidc/provider-settings.ts";
import { remoteKeys } from "./auth/remote-keys.ts";
import { Sessions } from "./auth/session/sessions.ts";
import { steadyClock } from "./auth/steady-clock.ts";
import { tokenVerifier } from "./auth/verify-token.ts";
import { packageFolder, type ReplicaState, type ReplicaWatch, readItems, type Store } from "./compose.ts";
import type { ServerSettings } from "./config/server-settings.ts";
import { decodeCatalog } from "./domain/catalog/catalog-codec.ts";
import { ProductError } from "./domain/errors.ts";
import { allRoutes, type ServedPage } from "./http/all-routes.ts";
import { catalogHeaders } from "./http/catalog-header.ts";
import { closeGently } from "./http/close-gently.ts";
import { type Metrics, makeMetrics } from "./http/metrics.ts";
import { type Origins, originsOf } from "./http/origins.ts";
import { readPageFiles } from "./http/page-files.ts";
import { quotaCounter } from "./http/quotas.ts";
import type { Route } from "./http/route.ts";
import { buildServer, type Patience } from "./http/server.ts";
import type { Service } from "./http/service.ts";

/** What a server needs besides its settings. */
export interface ServerWorld {
  readonly store: Store;
  readonly settings: ServerSettings;
  readonly now: () => Date;
  /** the time that the fleet is looked at, where that is another than now: a sample's own */
  readonly fleetNow?: () => Date;
  readonly log: FastifyServerOptions["logger"];
  /** where answers wait that do not fit into memory */
  readonly spoolFolder: string;
  /** names the config file in errors about issuers */
  readonly configFile?: string;
  readonly fetch?: typeof fetch;
  readonly patience?: Patience;
  /** the devices are the bundled sample's */
  readonly isSample?: boolean;
  /** a replica that the store reads from: counted, and the log says when it cannot be used */
  readonly replica?: ReplicaWatch;
  /** the built page; default: dist/web of the package */
  readonly pageFolder?: string;
}

/** A server that listens. */
export interface RunningServer {
  readonly app: FastifyInstance;
  readonly fleet: Fleet;
  readonly keys: SigningKeys;
  readonly sessions: Sessions;
  readonly routes: readonly Route[];
  /** scheme, host and port */
  readonly origin: string;
  /** looks for new knowledge now */
  readonly lookForKnowledge: () => Promise<void>;
  /** finishes what was begun, refuses what comes, and ends */
  readonly stop: () => Promise<void>;
}

/** How often is looked whether somebody else brought new knowledge in. */
const lookEveryMs = 1000;
/** Whoever asks whether the server is ready learns that it is not, before nobody is let in any more. */
const farewellMs = 300;

/** Starts a server on a store; the store stays the caller's. */
export async function startServer(world: ServerWorld): Promise<RunningServer> {
  const { store, settings, now } = world;
  const version = readVersion();
  const fleet = await Fleet.open({ store, now: world.fleetNow ?? now, rules: version });
  const metrics = makeMetrics(fleet, now, world.replica);
  await emptySpool(world.spoolFolder);
  const service = await makeService(world, fleet, metrics);
  const identity = await makeIdentity(world);
  let origins: Origins = originsOf(settings.publicUrls, { scheme: settings.tls === undefined ? "http" : "https", ...settings.listen });
  const state = { isStopping: false, isClosing: false };
  const keep = knowledgeKeeper({ fleet, store, load: () => loadCatalog(store), report: (event) => logKnowledge(app, event) });
  const { sessions, page } = await makePage(world, identity);
  const databaseTrouble = troubleOf(store);
  const routes = allRoutes(service, identity.tokens, page, {
    version,
    trouble: async () =>
      state.isStopping ? "The server is stopping." : fleet.revision === 0 ? "There is no update knowledge yet." : await databaseTrouble(),
    metrics: metrics.text,
    metricsToken: settings.metricsToken,
    inventorySchema: readFileSync(join(packageFolder, "schemas", "inventory-1.json"), "utf8"),
  });
  const app: FastifyInstance = await buildServer({
    routes,
    signIn: { verifier: identity.verifier, findSession: identity.findSession, tenant: (id) => identity.tenants.peek(id) },
    countCall: quotaCounter(settings.quotas, () => now().getTime()),
    catalogHeaders: catalogHeaders(fleet, settings.staleAfterDays),
    origins: () => origins,
    observe: metrics.observe,
    isClosing: () => state.isClosing,
    log: world.log,
    ...(world.patience === undefined ? {} : { patience: world.patience }),
    ...tlsOf(settings),
  });
  if (world.replica !== undefined) world.replica.tell = (state, error) => logReplica(app, state, error);
  // Nobody is told that nothing is known by a server that has not looked yet.
  await Promise.race([fleet.known, keep()]);
  await listen(app, settings);
  const { port } = app.server.address() as AddressInfo;
  const listening = { scheme: settings.tls === undefined ? "http" : "https", host: settings.listen.host, port } as const;
  origins = originsOf(settings.publicUrls, listening);
  const timer = setInterval(() => void keep(), lookEveryMs);
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    state.isStopping = true;
    await new Promise((resolve) => void setTimeout(resolve, farewellMs));
    await closeGently(app, () => {
      state.isClosing = true;
    });
    await rm(world.spoolFolder, { recursive: true, force: true });
  };
  const origin = originsOf([], listening).of(undefined);
  return { app, fleet, keys: identity.tokens.keys, sessions, routes, origin, lookForKnowledge: keep, stop };
}

/** Asks the database; all who ask while it is being asked share one question. */
function troubleOf(store: Store): () => Promise<string | undefined> {
  let asking: Promise<string | undefined> | undefined;
  return () => {
    asking ??= store
      .outsideChanges()
      .then(() => undefined)
      .catch(() => "The database cannot be asked; the log has the reason.")
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
}

async function makeService({ store, spoolFolder }: ServerWorld, fleet: Fleet, metrics: Metrics): Promise<Service> {
  const queue = checkInQueue((tenantId, checkIns) => fleet.checkIn(tenantId, checkIns));
  const knownWords = new DigestsByWords();
  return {
    fleet,
    totals: new TotalsKeeper(fleet),
    exposures: new ExposureKeeper(fleet),
    knownWords,
    readItems: (chunks, isUnpacked) => readItems(chunks, "request", { isUnpacked, knownWords }),
    checkIn: async (tenantId, checkIns) => {
      const results = await queue(tenantId, checkIns);
      metrics.countCheckIns(checkIns.length);
      return results;
    },
    look: (inventory) => fleet.lookAhead(inventory),
    exportSecret: await store.secret("exports", () => randomBytes(32)),
    spoolFolder,
  };
}

/** Who may: the built-in issuer, and those that the config file names. */
async function makeIdentity({ store, settings, now, configFile, fetch: ask = fetch }: ServerWorld) {
  const clock = steadyClock(() => now().getTime());
  const audiences = builtInAudiences(settings.publicUrls);
  const keys = new SigningKeys({ store: store.signingKeys, now: clock });
  const named = settings.issuers === undefined ? [] : readIssuerSettings(settings.issuers, configFile ?? "issuers");
  await addTenants(store, named);
  const providers = settings.signIn === undefined ? [] : readProviderSettings(settings.signIn, configFile ?? "signIn");
  await addTenants(store, providers);
  const tenants = new TenantDirectory(store, clock);
  await tenants.refresh();
  const others = named.map((issuer) =>
    trustIssuer(issuer, remoteKeys({ url: readKeysUrl(issuer), algorithms: new Set(issuer.algorithms), fetch: ask, now: clock })),
  );
  const issuers = new TrustedIssuers([...others, trustBuiltInIssuer(keys, audiences)]);
  // Keys that cannot be had now are fetched again when a token asks for them.
  await issuers.refresh();
  const findClient = lookUpTogether(async (ids) => Promise.all(ids.map((id) => store.clients.find(id))));
  const admit = async ({ tenantId, clientId }: Caller) => {
    if (!(await tenants.has(tenantId))) return "tenant-gone";
    const client = clientId === undefined ? undefined : await findClient(clientId);
    return client?.revokedAt === undefined ? "welcome" : "client-revoked";
  };
  const verifier = tokenVerifier({ issuers, now: clock, admit });
  const tokens = { findTenant: (name: string) => tenants.find(name), clients: store.clients, keys, audiences, now: clock };
  const sessions = new Sessions(store.sessions, clock);
  const findSession = async (secret: string) => {
    const session = await sessions.find(secret);
    // It may have been added since.
    if (session !== undefined) await tenants.has(session.tenantId);
    return session;
  };
  return { verifier, tenants, tokens, sessions, findSession, clock, providers: providers.map((each) => openWay(each, ask, clock)) };
}

function openWay(settings: ProviderSettings, ask: typeof fetch, now: () => number): Provider {
  const { clientSecretFile } = settings;
  const secret = clientSecretFile === undefined ? undefined : readSetting(clientSecretFile, "clientSecretFile").toString("utf8").trim();
  return openProvider(settings, { clientSecret: secret, fetch: ask, now });
}

/** The page for people, and how they sign in there. */
async function makePage({ store, pageFolder, isSample = false }: ServerWorld, identity: Awaited<ReturnType<typeof makeIdentity>>) {
  const { sessions, tenants, clock: now, providers } = identity;
  const hasTenant = (id: string): Promise<boolean> => tenants.has(id);
  const tenant = async (id: string) => ((await tenants.has(id)) ? tenants.peek(id) : undefined);
  const signIn = { sessions, now, isSample, tenant, providers: { providers, store: store.sessions, now, hasTenant } };
  const page: ServedPage = { files: readPageFiles(pageFolder ?? join(packageFolder, "dist", "web")), signIn };
  return { sessions, page };
}

/** A tenant that the config file names exists from the start. */
async function addTenants(store: Store, issuers: readonly Pick<IssuerSettings, "tenantId">[]): Promise<void> {
  for (const { tenantId } of issuers) if (tenantId !== undefined) await store.addTenant({ id: tenantId, alias: tenantId });
}

async function loadCatalog(store: Store): Promise<NumberedCatalog | undefined> {
  const current = await store.currentCatalog();
  if (current === undefined) return undefined;
  const { revision, createdAt, contentHash, compiled } = current;
  const readLatin1 = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
    Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
  return { revision, createdAt, contentHash, catalog: decodeCatalog(compiled, readLatin1) };
}

async function listen(app: FastifyInstance, { listen: { host, port } }: ServerSettings): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const meanings: Readonly<Record<string, string>> = {
      EADDRINUSE: "another program listens there already",
      EACCES: "this user may not listen there",
      EADDRNOTAVAIL: "this machine has no such address",
    };
    if (meanings[code] === undefined) throw error;
    throw new ProductError("network", `cannot listen at ${host}:${port}: ${meanings[code]}`, {
      hint: "Name another address or port with --listen.",
      cause: error,
    });
  }
}

function tlsOf({ tls }: ServerSettings): { tls?: { cert: Buffer; key: Buffer } } {
  return tls === undefined ? {} : { tls: { cert: readSetting(tls.certFile, "--tls-cert"), key: readSetting(tls.keyFile, "--tls-key") } };
}

function readSetting(file: string, option: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ProductError("file", `${option}: the file cannot be read`, { place: { source: file }, cause: error });
  }
}

/** Parts of answers that a former process left behind. */
async function emptySpool(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) await rm(join(folder, name), { force: true, recursive: true });
}

function logKnowledge(app: FastifyInstance, event: { readonly revision: number } | { readonly error: unknown }): void {
  if ("error" in event) app.log.error({ err: event.error }, "new knowledge could not be taken; the former stays in force");
  else app.log.info(event, "new knowledge is in force");
}

function logReplica(app: FastifyInstance, state: ReplicaState, error: unknown): void {
  if (state === "used") app.log.info("lists are read from the replica again");
  else if (state === "behind") app.log.warn("the replica is behind: lists are read from the primary until it has caught up");
  else app.log.warn({ err: error }, "the replica cannot be used: lists are read from the primary");
}

function readVersion(): string {
  return (JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as { version: string }).version;
}
