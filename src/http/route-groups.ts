import type { Route } from "./route.ts";

/** Routes that belong together, under a heading for people. */
export interface RouteGroup {
  readonly name: string;
  readonly routes: readonly Route[];
}

/** Headings in the order of the documentation, each with what the paths below it look like; the first that fits counts. */
const headings: readonly (readonly [name: string, paths: RegExp])[] = [
  ["The fleet at a glance", /^\/api\/(fleet|updates)/],
  ["Missing updates", /missing(kbs|updates)/i],
  ["Devices", /^\/api\/machines(\/(:id|find|AddOr)|$)/],
  ["The fleet in bulk", /^\/api\/machines\/|^\/exports\//],
  ["Software", /^\/api\/software/],
  ["Vulnerabilities", /^\/api\/vulnerabilities/],
  ["Recommendations", /^\/api\/recommendations/],
  ["Scores", /score/i],
  ["Inventories", /^\/api\/inventories/],
  ["The page", /^\/($|ui|session)/],
  ["Tokens", /^\/:tenant\//],
  ["The service itself", /^/],
];

/** The routes by heading; none is left out. */
export function groupRoutes(routes: readonly Route[]): readonly RouteGroup[] {
  const groups = headings.map(([name]) => ({ name, routes: [] as Route[] }));
  for (const route of routes) groups[headings.findIndex(([, paths]) => paths.test(route.path))]?.routes.push(route);
  return groups.filter((group) => group.routes.length > 0);
}

/** A path as callers write it: `/api/machines/findbyip(ip='{ip}',timestamp={timestamp})` */
export function writtenPath({ path, written = path }: Pick<Route, "path" | "written">): string {
  return written.replace(/:(\w+)/g, "{$1}");
}
