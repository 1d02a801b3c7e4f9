// Run by issuer-clients.test.ts as a process of its own, since a private CA is given to Node by NODE_EXTRA_CA_CERTS at start, as users do.
import { ClientSecretCredential } from "@azure/identity";
import { ConfidentialClientApplication } from "@azure/msal-node";

const [kind, origin = "", tenant = "", clientId = "", resource = ""] = process.argv.slice(2);
const secret = process.env["CLIENT_SECRET"] ?? "";

const clients: Record<string, () => Promise<unknown>> = {
  identity: async () => {
    const credential = new ClientSecretCredential(tenant, clientId, secret, { authorityHost: origin, disableInstanceDiscovery: true });
    return (await credential.getToken(`${resource}/.default`)).token;
  },
  msal: async () => {
    const auth = { clientId, clientSecret: secret, authority: `${origin}/${tenant}`, knownAuthorities: [new URL(origin).host] };
    const result = await new ConfidentialClientApplication({ auth }).acquireTokenByClientCredential({ scopes: [`${resource}/.default`] });
    return result?.accessToken;
  },
  v1: async () => {
    const body = new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: secret, resource });
    const answer = await fetch(`${origin}/${tenant}/oauth2/token`, { method: "POST", body });
    return ((await answer.json()) as Record<string, unknown>)["access_token"];
  },
};

try {
  process.stdout.write(JSON.stringify({ token: await clients[kind ?? ""]?.() }));
} catch (error) {
  process.stdout.write(JSON.stringify({ error: String(error) }));
}
