/** `sha256:` and 64 hex digits. */
export type SecretHash = `sha256:${string}`;

/** An application that may ask for tokens. */
export interface ApiClient {
  /** a GUID */
  readonly clientId: string;
  readonly tenantId: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** more than one while a secret is being exchanged */
  readonly secrets: readonly SecretHash[];
  /** milliseconds */
  readonly createdAt: number;
  /** milliseconds; absent while it may sign in */
  readonly revokedAt?: number;
}

/** CONTRACT of where clients are kept. What was added or revoked is durable when the call is done, and seen by the next `find`. */
export interface ClientStore {
  find(clientId: string): ApiClient | undefined | Promise<ApiClient | undefined>;
  /** of one tenant, revoked ones too, in the order in which they were made */
  list(tenantId: string): readonly ApiClient[] | Promise<readonly ApiClient[]>;
  /** a client whose id is new */
  add(client: ApiClient): void | Promise<void>;
  /** false: there is no such client, or it was revoked before */
  revoke(clientId: string, at: number): boolean | Promise<boolean>;
}

/** Clients that are forgotten with the process. */
export function clientsInMemory(): ClientStore {
  const clients = new Map<string, ApiClient>();
  return {
    find: (clientId) => clients.get(clientId),
    list: (tenantId) => [...clients.values()].filter((client) => client.tenantId === tenantId),
    add: (client) => void clients.set(client.clientId, client),
    revoke: (clientId, at) => {
      const client = clients.get(clientId);
      if (client === undefined || client.revokedAt !== undefined) return false;
      clients.set(clientId, { ...client, revokedAt: at });
      return true;
    },
  };
}
