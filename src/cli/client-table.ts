import type { ApiClient } from "../auth/issuer/client-store.ts";
import type { Tenant } from "../stores/device-store.ts";
import { type Column, printColumns } from "./columns.ts";
import { count } from "./phrases.ts";
import { visible } from "./visible-text.ts";

/** A client in `--json`: everything but its secrets. */
export function clientJson({ clientId, tenantId, name, roles, createdAt, revokedAt }: ApiClient): object {
  const revoked = revokedAt === undefined ? null : new Date(revokedAt).toISOString();
  return { clientId, tenantId, name, roles, createdAt: new Date(createdAt).toISOString(), revokedAt: revoked };
}

/** The clients of a tenant for people: a line each, then their number. */
export function printClients(
  clients: readonly ApiClient[],
  { alias }: Tenant,
  style: { readonly width: number | undefined; readonly head: (text: string) => string },
): string {
  const revoked = clients.filter(({ revokedAt }) => revokedAt !== undefined).length;
  const totals = `${count(clients.length, "client")} of tenant ${alias}${revoked === 0 ? "" : `, ${revoked} revoked`}.`;
  return `${[...(clients.length === 0 ? [] : [...printColumns(clients, columns, style), ""]), totals].join("\n")}\n`;
}

const columns: readonly Column<ApiClient>[] = [
  { head: "Client id", cell: ({ clientId }) => visible(clientId) },
  { head: "Name", cell: ({ name }) => visible(name), isElastic: true },
  { head: "Roles", cell: ({ roles }) => visible(roles.join(", ")), isElastic: true },
  { head: "Made", cell: ({ createdAt }) => printTime(createdAt) },
  { head: "Revoked", cell: ({ revokedAt }) => (revokedAt === undefined ? "no" : printTime(revokedAt)) },
];

/** To the minute, UTC. */
function printTime(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace("T", " ");
}
