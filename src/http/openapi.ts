import type { Route } from "./route.ts";
import { groupRoutes, writtenPath } from "./route-groups.ts";

const listOptions = ["$filter", "$orderby", "$select", "$top", "$skip", "$count", "pageSize", "$skiptoken"];

/** The calls as an OpenAPI 3.1 document, made from the list of routes. */
export function openApiDocument(routes: readonly Route[], origin: string, version: string): string {
  const paths: Record<string, Record<string, object>> = {};
  const groups = groupRoutes(routes);
  for (const { name, routes: own } of groups) {
    for (const route of own) {
      const path = writtenPath(route);
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, name) };
    }
  }
  return JSON.stringify({
    openapi: "3.1.0",
    info: {
      title: "patchgap",
      version,
      description:
        "The missing Microsoft security updates of a fleet, in the manner of Defender for Endpoint's API. Paths count in any letter case, and with /api/v1.0 too. A list's path with /$count at its end answers the bare number.",
    },
    servers: [{ url: origin }],
    tags: groups.map(({ name }) => ({ name })),
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
      schemas: { Error: errorSchema, List: listSchema },
    },
    paths,
  });
}

const text = { type: "string" } as const;

const errorSchema = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "target"],
      properties: { code: text, message: text, target: text, innererror: { type: "object" } },
    },
  },
};

const listSchema = {
  type: "object",
  required: ["@odata.context", "value"],
  properties: {
    "@odata.context": text,
    "@odata.count": { type: "integer" },
    value: { type: "array", items: { type: "object" } },
    "@odata.nextLink": { ...text, description: "absent on the last page" },
  },
};

function operation(route: Route, group: string): object {
  const { may, summary, method, takes = ["application/json"] } = route;
  const content = Object.fromEntries(takes.map((type) => [type, {}]));
  return {
    operationId: operationId(route),
    tags: [group],
    summary,
    ...(may === "anyone" ? {} : { description: `Any of the roles ${may.join(", ")}, or the scope of the same name without .All.` }),
    parameters: parametersOf(route),
    ...(method === "GET" || method === "DELETE" ? {} : { requestBody: { required: true, content } }),
    // Each of them opens the call: all in one would ask for all.
    security: may === "anyone" ? [] : may.map((role) => ({ token: [role] })),
    responses: { 200: answerOf(route), default: errorAnswer },
  };
}

const errorAnswer = { description: "an error", content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } };

function answerOf({ summary, answers, isList }: Route): object {
  const description = answers ?? summary;
  if (answers === undefined) return { description };
  const schema = isList === true ? { $ref: "#/components/schemas/List" } : { type: "object" };
  return { description, content: { "application/json": { schema } } };
}

function parametersOf(route: Route): readonly object[] {
  const { options = [], needs = [], isList } = route;
  const names = [...writtenPath(route).matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const asked = new Set([...options, ...(isList === true ? listOptions : [])]);
  return [
    ...names.map((name) => ({ name, in: "path", required: true, schema: text })),
    ...[...asked].map((name) => ({ name, in: "query", required: needs.includes(name), schema: schemaOf(name) })),
  ];
}

function schemaOf(option: string): object {
  if (["$top", "$skip", "pageSize", "sasValidHours"].includes(option))
    return { type: "integer", minimum: option === "sasValidHours" ? 1 : 0 };
  return ["$count", "useStartsWithFilter", "includeSuperseded"].includes(option) ? { type: "boolean" } : text;
}

/** `GET /api/machines/:id/software` → `getMachinesByIdSoftware` */
function operationId({ method, path }: Route): string {
  const words = path
    .replace(/^\/(api\/|$)/, path === "/" ? "root" : "")
    .replace(/:/g, "by/")
    .replace("*", "any");
  const parts = words.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return method.toLowerCase() + parts.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
}
