import type { Route } from "./route.ts";

const listOptions = ["$filter", "$orderby", "$select", "$top", "$skip", "$count"];

/** The calls as an OpenAPI 3.1 document, made from the list of routes. */
export function openApiDocument(routes: readonly Route[], origin: string, version: string): string {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return JSON.stringify({
    openapi: "3.1.0",
    info: {
      title: "patchgap",
      version,
      description:
        "The missing Microsoft security updates of a fleet, in the manner of Defender for Endpoint's API. Paths count in any letter case, and with /api/v1.0 too.",
    },
    servers: [{ url: origin }],
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
      schemas: { Error: errorSchema },
    },
    paths,
  });
}

const errorSchema = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "target"],
      properties: { code: { type: "string" }, message: { type: "string" }, target: { type: "string" } },
    },
  },
};

function operation({ path, may, summary, answers, isList, options = [], method }: Route): object {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
  const asked = [...options, ...(isList === true ? listOptions : [])];
  const parameters = [
    ...names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
    ...asked.map((name) => ({ name, in: "query", required: false, schema: { type: "string" } })),
  ];
  const error = { description: "an error", content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } };
  return {
    summary,
    parameters,
    ...(method === "GET" ? {} : { requestBody: { required: true, content: { "application/json": {} } } }),
    security: may === "anyone" ? [] : [{ token: [...may] }],
    ...(may === "anyone" ? {} : { description: `Any of the roles ${may.join(", ")}, or the scope of the same name without .All.` }),
    responses: { 200: { description: answers ?? "as the summary says" }, default: error },
  };
}
