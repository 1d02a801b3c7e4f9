import { newClient } from "../../auth/issuer/client-secret.ts";
import type { ApiClient } from "../../auth/issuer/client-store.ts";
import type { Store } from "../../compose.ts";
import { ProductError } from "../../domain/errors.ts";
import type { Tenant } from "../../stores/device-store.ts";
import { clientJson, printClients } from "../client-table.ts";
import { coloursFor } from "../colours.ts";
import type { CommandContext } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { tenantOf, withStoreToWrite } from "../knowledge.ts";
import { printJson } from "../print-json.ts";
import { readRoles } from "../read-roles.ts";
import { visible } from "../visible-text.ts";

const longestName = 256;

/** `patchgap client add NAME`: a client that may ask the built-in issuer for tokens; its secret is shown here and nowhere else. */
export async function clientAdd({ config, io, messages, names: [name = ""] }: CommandContext): Promise<number> {
  const roles = readRoles(config);
  checkName(name);
  const { tenant, client, secret } = await withStoreToWrite(config, async (store) => {
    const tenant = await tenantOf(store, config);
    const made = newClient({ tenantId: tenant.id, name, roles, createdAt: io.now().getTime() });
    await store.clients.add(made.client);
    return { tenant, ...made };
  });
  const json = { clientId: client.clientId, clientSecret: secret, tenantId: tenant.id };
  io.stdout.write(config.json ? printJson(json) : printNewClient(client, secret, tenant));
  messages.info("The secret is shown this once, and kept as a hash only: put it where the client finds it.");
  return exitCodes.fine;
}

function checkName(name: string): void {
  if (name.trim() !== "" && name.length <= longestName) return;
  throw new ProductError("usage", `"${name.slice(0, 40)}" cannot be a name`, { hint: `A name has up to ${longestName} characters.` });
}

function printNewClient({ clientId, name, roles }: ApiClient, secret: string, { id, alias }: Tenant): string {
  const facts = [
    ["Client", visible(name)],
    ["Client id", clientId],
    ["Secret", secret],
    ["Tenant", `${alias}, ${id}`],
    ["Roles", roles.join(", ")],
  ];
  return `${facts.map(([what = "", fact = ""]) => `${what.padEnd(9)}  ${fact}`).join("\n")}\n`;
}

/** `patchgap client list`: the clients of a tenant, the oldest first, revoked ones too. */
export async function clientList({ config, io, messages }: CommandContext): Promise<number> {
  const { tenant, clients } = await withStoreToWrite(config, async (store) => {
    const tenant = await tenantOf(store, config);
    return { tenant, clients: await store.clients.list(tenant.id) };
  });
  if (clients.length === 0) messages.info("There is no client yet: `patchgap client add NAME --roles ROLE,…` makes one.");
  const style = { width: io.stdout.columns, head: coloursFor(io.stdout, io.environment).dim };
  const json = { tenantId: tenant.id, clients: clients.map(clientJson) };
  io.stdout.write(config.json ? printJson(json) : printClients(clients, tenant, style));
  return exitCodes.fine;
}

/** `patchgap client revoke CLIENT_ID`: no token for it from now on, and an end to those it has. */
export async function clientRevoke({ config, io, messages, names: [text = ""] }: CommandContext): Promise<number> {
  const clientId = text.toLowerCase();
  const at = io.now().getTime();
  const { client, isNew } = await withStoreToWrite(config, async (store) => {
    const isNew = await store.clients.revoke(clientId, at);
    return { client: await knownClient(store, clientId), isNew };
  });
  if (!isNew) messages.info(`It was revoked before, at ${new Date(client.revokedAt ?? at).toISOString()}.`);
  io.stdout.write(config.json ? printJson(clientJson(client)) : `Client ${visible(client.name)} (${clientId}) is revoked.\n`);
  return exitCodes.fine;
}

async function knownClient({ clients }: Store, clientId: string): Promise<ApiClient> {
  const client = await clients.find(clientId);
  if (client !== undefined) return client;
  throw new ProductError("usage", `there is no client with the id ${clientId}`, {
    hint: "`patchgap client list` lists a tenant's clients.",
  });
}
