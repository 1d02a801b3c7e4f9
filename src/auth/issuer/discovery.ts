/** The two versions of Entra's endpoints: `/{tenant}/oauth2/…` and `/{tenant}/oauth2/v2.0/…`. */
export type EndpointVersion = "v1" | "v2";

/** How the endpoint was called: documents answer in the same terms, since clients compare them with what they asked. */
export interface DiscoveryCall {
  /** scheme and host that was called, as configured: `https://patchgap.example` */
  readonly origin: string;
  /** the tenant as it stands in the path, id or alias */
  readonly tenant: string;
  readonly tenantId: string;
  readonly version: EndpointVersion;
}

/** `/.well-known/openid-configuration` of a tenant, with every member that Azure's client libraries insist on. */
export function discoveryDocument({ origin, tenant, tenantId, version }: DiscoveryCall): Readonly<Record<string, unknown>> {
  const base = `${origin}/${tenant}`;
  const infix = version === "v2" ? "/v2.0" : "";
  return {
    token_endpoint: `${base}/oauth2${infix}/token`,
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    jwks_uri: `${base}/discovery${infix}/keys`,
    response_modes_supported: ["query"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    response_types_supported: ["token"],
    grant_types_supported: ["client_credentials"],
    scopes_supported: ["openid"],
    issuer: version === "v2" ? `${origin}/${tenantId}/v2.0` : `${origin}/${tenantId}/`,
    authorization_endpoint: `${base}/oauth2${infix}/authorize`,
    end_session_endpoint: `${base}/oauth2${infix}/logout`,
    claims_supported: ["aud", "iss", "iat", "nbf", "exp", "appid", "idtyp", "oid", "roles", "sub", "tid", "ver"],
    tenant_region_scope: null,
    cloud_instance_name: new URL(origin).host,
  };
}
