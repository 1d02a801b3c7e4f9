import { HttpError } from "../http-error.ts";
import { metadataDocument } from "../metadata/csdl.ts";
import { openApiDocument } from "../openapi.ts";
import { referencePage, referenceStyle } from "../reference-page.ts";
import type { Answer, Call, Route } from "../route.ts";

/** What the system routes tell. */
export interface SystemFacts {
  readonly version: string;
  /** why data cannot be answered now; undefined: it can */
  readonly trouble: () => Promise<string | undefined>;
  readonly metrics: () => Promise<string>;
  /** wanted from whoever reads metrics; absent: this machine only */
  readonly metricsToken: string | undefined;
  /** JSON Schema of inventories */
  readonly inventorySchema: string;
}

/** What is not about devices. `routes` are all of the server's, for the description of them. */
export function systemRoutes(facts: SystemFacts, routes: () => readonly Route[]): readonly Route[] {
  const get = (path: string, summary: string, handle: (call: Call) => Answer | Promise<Answer>): Route => ({
    method: "GET",
    path,
    may: "anyone",
    summary,
    handle: async (call) => handle(call),
  });
  return [
    get("/reference", "the calls, as a page", ({ origin }) => ({
      body: referencePage(routes(), origin),
      type: "text/html; charset=utf-8",
    })),
    get("/reference.css", "the style of that page", () => ({ body: referenceStyle, type: "text/css; charset=utf-8" })),
    get("/api/$metadata", "the types of all answers, as CSDL", () => ({
      body: metadataDocument(),
      type: "application/xml; charset=utf-8",
    })),
    get("/openapi.json", "the calls, as OpenAPI", ({ origin }) => ({ body: openApiDocument(routes(), origin, facts.version) })),
    get("/schemas/inventory-1.json", "JSON Schema of native inventories", () => ({
      body: facts.inventorySchema,
      type: "application/schema+json",
    })),
    get("/healthz", "whether the process lives", () => ({ body: JSON.stringify({ status: "ok" }) })),
    get("/readyz", "whether data can be answered", async () => {
      const trouble = await facts.trouble();
      if (trouble === undefined) return { body: JSON.stringify({ status: "ready" }) };
      throw new HttpError(503, "ServiceUnavailable", trouble, { "Retry-After": "5" });
    }),
    get("/metrics", "figures for Prometheus: with their own token, or from this machine", async (call) => {
      checkMetricsReader(call, facts);
      return { body: await facts.metrics(), type: "text/plain; version=0.0.4; charset=utf-8" };
    }),
  ];
}

function checkMetricsReader(call: Call, { metricsToken }: SystemFacts): void {
  if (metricsToken === undefined ? call.isLocal : call.headers.authorization === `Bearer ${metricsToken}`) return;
  const hint = metricsToken === undefined ? "they are for this machine only, until --metrics-token is set" : "their own token is expected";
  throw new HttpError(401, "Unauthorized", `Metrics: ${hint}`, { "WWW-Authenticate": "Bearer" });
}
