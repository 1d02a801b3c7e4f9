import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deviceIdOf } from "../../src/app/device-id.ts";
import { findTenant } from "../../src/app/find-tenant.ts";
import { builtInAudiences } from "../../src/auth/issuer/audiences.ts";
import { trustBuiltInIssuer } from "../../src/auth/issuer/built-in-issuer.ts";
import { cliClientId } from "../../src/auth/issuer/cli-client.ts";
import { SigningKeys } from "../../src/auth/issuer/signing-keys.ts";
import { answerTokenCall, type TokenAnswer } from "../../src/auth/issuer/token-endpoint.ts";
import { TrustedIssuers } from "../../src/auth/issuers.ts";
import { tokenVerifier, type Verdict } from "../../src/auth/verify-token.ts";
import { openStore, type Store } from "../../src/compose.ts";
import { hostileNames } from "../fixtures/hostile-names.ts";
import { othersSeen } from "../fixtures/others-seen.ts";
import { type Ran, runIn, type World } from "./fake-io.ts";

const documents = fileURLToPath(new URL("../../sample/documents", import.meta.url));
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const now = Date.parse("2026-03-31T12:00:00Z");
let folder: string;
let data: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "patchgap-clients-"));
  data = join(folder, "data");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Words are separated by spaces, further arguments stand for themselves. */
function patchgap(words: string, ...args: readonly string[]): Promise<Ran> {
  return runIn({}, ...words.split(" "), ...args, "--data", data);
}

async function json(words: string, ...args: readonly string[]): Promise<Record<string, string>> {
  const { exit, stdout } = await patchgap(words, ...args, "--json");
  expect(exit).toBe(0);
  return JSON.parse(stdout);
}

describe("tenants", () => {
  test("one exists from the start, others are added with an id of their own or a given one", async () => {
    expect(await json("tenant list")).toEqual({ tenants: [{ tenantId: expect.stringMatching(uuid), alias: "default" }] });
    const contoso = await json("tenant add contoso");
    expect(contoso).toEqual({ tenantId: expect.stringMatching(uuid), alias: "contoso" });
    const given = await patchgap("tenant add a.b-c_9 --id AAAAAAAA-1111-4111-8111-111111111111");
    expect(given).toEqual({ exit: 0, stdout: "Tenant a.b-c_9 has the id aaaaaaaa-1111-4111-8111-111111111111.\n", stderr: "" });
    const { exit, stdout } = await patchgap("tenant list");
    expect(exit).toBe(0);
    expect(stdout.split("\n").map((line) => line.split(/\s+/)[0])).toEqual(["Alias", "a.b-c_9", "contoso", "default", ""]);
    expect(stdout).toContain(contoso["tenantId"]);
  });

  const id = "--id=11111111-1111-4111-8111-111111111111";
  test.each<[string, string, string]>([
    ["tenant add", "", "missing required argument 'alias'"],
    ["tenant add Contoso", "", '"Contoso" cannot be an alias. An alias has up to 64 small letters'],
    ["tenant add con/toso", "", "cannot be an alias"],
    ["tenant add ..", "", "cannot be an alias"],
    ["tenant add contoso.", "", "cannot be an alias"],
    [`tenant add ${"a".repeat(65)}`, "", "cannot be an alias"],
    ["tenant add common", "", "clients mean no tenant in particular by it"],
    ["tenant add ui", "", "the page has its views under that name"],
    ["tenant add 11111111-1111-4111-8111-111111111111", "", "it is an id. Give the id with --id."],
    ["tenant add contoso --id 1234", "", '"1234" is no UUID'],
    ["tenant add default", "", "a tenant default exists already"],
    [`tenant add second ${id}`, `tenant add first ${id}`, "belongs to the tenant first already"],
    ["tenant lst", "", "unknown command 'lst' (Did you mean list?)"],
    ["tenant add one two", "", "too many arguments"],
  ])("%s is refused", async (words, before, message) => {
    if (before !== "") await patchgap(before);
    const { exit, stdout, stderr } = await patchgap(words);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  test("each has devices of its own, with ids of its own", async () => {
    await patchgap("sync --from", documents);
    const { tenantId = "" } = await json("tenant add contoso");
    const inventory = (ubr: number): string => JSON.stringify({ deviceName: "PC-1", os: { build: 19045, ubr }, installedKbs: [] });
    const ask = (world: World, words: string): Promise<Ran> => runIn(world, ...words.split(" "), "--data", data, "--json");
    const environment = { PATCHGAP_TENANT: "contoso" };
    expect(await ask({ stdin: inventory(1) }, "ingest -")).toMatchObject({ exit: 0 });
    expect(await ask({ stdin: inventory(2), environment }, "ingest -")).toMatchObject({ exit: 0 });
    const deviceIds = async (words: string): Promise<string[]> =>
      JSON.parse((await ask({}, words)).stdout).devices.map(({ deviceId }: { deviceId: string }) => deviceId);
    expect(await deviceIds("devices")).toEqual([deviceIdOf("pc-1")]);
    expect(await deviceIds("devices --tenant contoso")).toEqual([deviceIdOf("pc-1", "contoso")]);
    expect(await deviceIds(`devices --tenant ${tenantId.toUpperCase()}`)).toEqual([deviceIdOf("pc-1", "contoso")]);
    expect(await deviceIds("missing pc-1 --tenant contoso")).toEqual([deviceIdOf("pc-1", "contoso")]);
    expect((await ask({}, `missing ${deviceIdOf("pc-1", "contoso")}`)).exit).toBe(2);
    const fleet = JSON.parse((await ask({ environment }, "fleet")).stdout);
    expect(fleet.devices.total).toBe(1);
  });

  test("a file that is evaluated has the id that its device would have when it is stored", async () => {
    await patchgap("sync --from", documents);
    const { tenantId = "" } = await json("tenant add contoso");
    const file = join(folder, "pc.json");
    writeFileSync(file, JSON.stringify({ deviceName: "pc", os: { build: 19045 }, installedKbs: [] }));
    for (const tenant of ["contoso", tenantId]) {
      const { devices } = JSON.parse((await patchgap("missing --json --inventory", file, "--tenant", tenant)).stdout);
      expect(devices[0].deviceId).toBe(deviceIdOf("pc", "contoso"));
    }
    expect(await patchgap("missing --inventory", file, "--tenant", "nobody")).toMatchObject({ exit: 2, stdout: "" });
  });

  test.each([
    "devices",
    "fleet",
    "missing pc",
    "ingest -",
    "client list",
    "client add x --roles Score.Read.All",
    "token --roles Score.Read.All",
  ])("%s names the tenants there are when it is given another", async (words) => {
    await patchgap("sync --from", documents);
    await patchgap("tenant add contoso");
    const { exit, stdout, stderr } = await patchgap(words, "--tenant", "contosso");
    expect({ exit, stdout, stderr }).toEqual({
      exit: 2,
      stdout: "",
      stderr: "patchgap: there is no tenant contosso. Known: contoso, default.\n",
    });
  });

  test("of very many tenants only those like it are named", async () => {
    const store = await openStore({ data });
    for (let number = 0; number < 30; number++) await store.addTenant({ id: `id-${number}`, alias: `customer-${number}` });
    await store.close();
    expect((await patchgap("client list --tenant custommer-7")).stderr).toMatch(/^[^,]+Known: customer-7, customer-\d/);
    expect((await patchgap("client list --tenant zzz")).stderr).toContain("`patchgap tenant list` lists all.");
  });
});

describe("clients", () => {
  test("a new one is shown with its secret, once; --json gives the three that a program needs", async () => {
    const { exit, stdout, stderr } = await patchgap("client add reporting --roles Machine.Read.All,Score.Read.All Machine.Read.All --json");
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.stringContaining("The secret is shown this once") });
    const { clientId, clientSecret, tenantId, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({});
    expect({ clientId, clientSecret, tenantId }).toEqual({
      clientId: expect.stringMatching(uuid),
      clientSecret: expect.stringMatching(/^pgs_[\w-]{43}$/),
      tenantId: expect.stringMatching(uuid),
    });
    const list = await json("client list");
    expect(list).toEqual({
      tenantId,
      clients: [
        {
          ...{ clientId, tenantId, name: "reporting", roles: ["Machine.Read.All", "Score.Read.All"] },
          ...{ createdAt: "2026-03-31T12:00:00.000Z", revokedAt: null },
        },
      ],
    });
    const shown = await patchgap("client list");
    for (const text of [JSON.stringify(list), shown.stdout, readFileSync(join(data, "patchgap.db"), "latin1")]) {
      expect(text).not.toContain(clientSecret);
    }
  });

  test("for people", async () => {
    await patchgap("tenant add contoso");
    expect((await patchgap("client list --tenant contoso")).stdout).toBe("0 clients of tenant contoso.\n");
    const added = await patchgap("client add", "my reports", "--tenant", "contoso", "--roles", "Score.Read.All");
    expect(added.stdout).toMatch(
      /^Client {5}my reports\nClient id {2}[0-9a-f-]{36}\nSecret {5}pgs_[\w-]{43}\nTenant {5}contoso, [0-9a-f-]{36}\nRoles {6}Score.Read.All\n$/,
    );
    const id = /Client id +(\S+)/.exec(added.stdout)?.[1] ?? "";
    expect((await patchgap("client list --tenant contoso")).stdout).toBe(
      [
        "Client id                             Name        Roles           Made              Revoked",
        `${id}  my reports  Score.Read.All  2026-03-31 12:00  no`,
        "",
        "1 client of tenant contoso.\n",
      ].join("\n"),
    );
    expect(await patchgap("client revoke", id.toUpperCase())).toEqual({
      exit: 0,
      stdout: `Client my reports (${id}) is revoked.\n`,
      stderr: "",
    });
    expect((await patchgap("client list --tenant contoso")).stdout).toMatch(
      / 2026-03-31 12:00\n\n1 client of tenant contoso, 1 revoked.\n$/,
    );
    expect((await patchgap("client list")).stdout).toBe("0 clients of tenant default.\n");
    const again = await patchgap("client revoke", id);
    expect(again).toMatchObject({ exit: 0, stderr: "It was revoked before, at 2026-03-31T12:00:00.000Z.\n" });
  });

  test.each<[string, string[], string]>([
    ["no role", ["client", "add", "x"], "no role was given. Give --roles with some of Machine.Read.All"],
    ["an empty list", ["client", "add", "x", "--roles", ","], "no role was given"],
    [
      "a role of other letters",
      ["client", "add", "x", "--roles", "machine.read.all"],
      "there is no role machine.read.all. Did you mean Machine.Read.All?",
    ],
    [
      "a misspelt role among good ones",
      ["client", "add", "x", "--roles", "Score.Read.All,Sofware.Read.All"],
      "Did you mean Software.Read.All?",
    ],
    ["a role of another service", ["token", "--roles", "Files.ReadWrite.AppFolder"], "Roles: Machine.Read.All, "],
    ["a scope", ["token", "--roles", "Machine.Read"], "Did you mean Machine.Read.All?"],
    ["no name", ["client", "add", "--roles", "Score.Read.All"], "missing required argument 'name'"],
    ["a name behind the roles", ["client", "add", "--roles", "Score.Read.All", "x"], "It stands before options that take several values."],
    ["an empty name", ["client", "add", " ", "--roles", "Score.Read.All"], '" " cannot be a name'],
    ["a name without end", ["client", "add", "x".repeat(257), "--roles", "Score.Read.All"], "cannot be a name"],
    ["an unknown client", ["client", "revoke", "abc"], "there is no client with the id abc. `patchgap client list`"],
    ["the client of tokens from here", ["client", "revoke", cliClientId], "there is no client with the id"],
    ["no client", ["client", "revoke"], "missing required argument 'client-id'"],
    ["no role for a token", ["token"], "no role was given"],
  ])("%s is wrong use", async (_what, args, message) => {
    const { exit, stdout, stderr } = await runIn({}, ...args, "--data", data);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  test("wrong roles leave nothing behind", async () => {
    await patchgap("client add x --roles Nonsense");
    expect(existsSync(data)).toBe(false);
  });

  test("hostile names reach a terminal harmless and programs as they are", async () => {
    for (const name of hostileNames.filter((each) => each.trim() !== "")) {
      const { exit, stdout } = await runIn({ terminal: 80 }, "client", "add", "--data", data, "--roles=Score.Read.All", "--", name);
      expect(exit).toBe(0);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u200b\ufeff]/);
    }
    const { clients } = (await json("client list")) as unknown as { clients: { name: string }[] };
    expect(clients.map(({ name }) => name).sort()).toEqual(hostileNames.filter((each) => each.trim() !== "").sort());
  });
});

/** What a server does with the same data folder. */
interface Server {
  readonly ask: (clientId: string, clientSecret: string) => Promise<TokenAnswer>;
  readonly verify: (token: string) => Promise<Verdict>;
}

async function serving(work: (server: Server) => Promise<void>): Promise<void> {
  const store: Store = await openStore({ data });
  const tenants = await store.tenants();
  const keys = new SigningKeys({ store: store.signingKeys, now: () => now });
  const audiences = builtInAudiences();
  const verifier = tokenVerifier({
    issuers: new TrustedIssuers([trustBuiltInIssuer(keys, audiences)]),
    now: () => now,
    admit: async ({ clientId = "" }) => ((await store.clients.find(clientId))?.revokedAt === undefined ? "welcome" : "client-revoked"),
  });
  const means = { findTenant: (name: string) => findTenant(tenants, name)?.id, clients: store.clients, keys, audiences, now: () => now };
  const call = { tenant: "default", version: "v2" as const, contentType: "application/x-www-form-urlencoded", authorization: undefined };
  const scope = "https://api.securitycenter.microsoft.com/.default";
  const form = { grant_type: "client_credentials", scope };
  const ask: Server["ask"] = (clientId, secret) =>
    answerTokenCall({ ...call, body: new URLSearchParams({ ...form, client_id: clientId, client_secret: secret }).toString() }, means);
  await work({ ask, verify: (text) => verifier.verify(`Bearer ${text}`) });
  await store.close();
}

describe("the server on the same data folder", () => {
  test("believes a token that was made here, before it started and while it runs", async () => {
    const roles = ["Machine.Read.All", "Software.Read.All"];
    const early = await patchgap("token --roles", roles.join(","));
    expect(early).toEqual({ exit: 0, stdout: expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/), stderr: "" });
    await serving(async ({ verify }) => {
      const { token = "", tenantId, expiresAt } = await json("token --roles", ...roles);
      expect(expiresAt).toBe("2026-03-31T13:00:00.000Z");
      for (const text of [early.stdout.trim(), token]) {
        expect(await verify(text)).toMatchObject({ caller: { tenantId, roles, clientId: cliClientId } });
      }
    });
  });

  test("believes tokens of the tenant that was asked for", async () => {
    const { tenantId } = await json("tenant add contoso");
    const { stdout } = await patchgap("token --roles Score.Read.All --tenant contoso");
    await serving(async ({ verify }) => expect(await verify(stdout.trim())).toMatchObject({ caller: { tenantId } }));
  });

  test("gives a client its token, and ends it once a revocation beside it is seen", async () => {
    const { clientId = "", clientSecret = "" } = await json("client add reporting --roles Score.Read.All");
    await serving(async ({ ask, verify }) => {
      const { status, body } = await ask(clientId, clientSecret);
      expect(status).toBe(200);
      const token = (body as { access_token: string }).access_token;
      expect(await verify(token)).toMatchObject({ caller: { clientId, roles: ["Score.Read.All"] } });
      await patchgap("client revoke", clientId);
      await othersSeen();
      expect(await verify(token)).toMatchObject({ refusal: { reason: "client-revoked" } });
      expect((await ask(clientId, clientSecret)).status).toBe(401);
    });
  });

  test("gives no token to the client that tokens from here name", async () => {
    await patchgap("token --roles Score.Read.All");
    await serving(async ({ ask }) => expect((await ask(cliClientId, "pgs_x")).status).toBe(401));
  });

  test("a person at a terminal is told how long the token is good", async () => {
    const { stdout, stderr } = await runIn({ terminal: 80 }, "token", "--roles", "Score.Read.All", "--data", data);
    expect(stdout).toMatch(/^eyJ\S+\n$/);
    expect(stderr).toBe("It is for tenant default, good until 2026-03-31T13:00:00.000Z, and cannot be revoked.\n");
  });
});
