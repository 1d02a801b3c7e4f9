// Run by azure-clients.test.ts as a process of its own: a program for Defender that trusts a private CA, and knows host and tenant.
import { ClientSecretCredential } from "@azure/identity";
import { ConfidentialClientApplication } from "@azure/msal-node";

const [kind, origin = "", tenant = "", clientId = "", path = ""] = process.argv.slice(2);
const clientSecret = process.env["CLIENT_SECRET"] ?? "";
const resource = "https://api.securitycenter.microsoft.com";

const clients: Record<string, () => Promise<string | undefined>> = {
  identity: async () => {
    const options = { authorityHost: origin, disableInstanceDiscovery: true };
    return (await new ClientSecretCredential(tenant, clientId, clientSecret, options).getToken(`${resource}/.default`)).token;
  },
  msal: async () => {
    const auth = { clientId, clientSecret, authority: `${origin}/${tenant}`, knownAuthorities: [new URL(origin).host] };
    const result = await new ConfidentialClientApplication({ auth }).acquireTokenByClientCredential({ scopes: [`${resource}/.default`] });
    return result?.accessToken;
  },
  v1: async () => {
    const body = new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret, resource });
    const answer = await fetch(`${origin}/${tenant}/oauth2/token`, { method: "POST", body });
    return ((await answer.json()) as { readonly access_token?: string }).access_token;
  },
};

try {
  const token = await clients[kind ?? ""]?.();
  const answer = await fetch(origin + path, { headers: { Authorization: `Bearer ${token}` } });
  process.stdout.write(JSON.stringify({ status: answer.status, json: await answer.json() }));
} catch (error) {
  process.stdout.write(JSON.stringify({ error: String(error) }));
}
