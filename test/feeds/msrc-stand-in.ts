import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Answers in place of the well-behaved stand-in; `attempt` counts from 1 per path. */
export type Misbehaviour = (response: ServerResponse, attempt: number) => void;

/** What the stand-in serves: JSON by document id, how it is listed, and where it misbehaves. */
export interface StandInPlan {
  /** JSON documents by id, in the order of the list */
  readonly documents: Readonly<Record<string, string>>;
  /** entries of the list instead of one for every document */
  readonly list?: readonly unknown[];
  /** members of the list's first page, such as `@odata.nextLink` */
  readonly listMembers?: Readonly<Record<string, unknown>>;
  /** by path, such as `/cvrf/v3.0/updates`, query included */
  readonly misbehave?: Readonly<Record<string, Misbehaviour>>;
}

/** A running stand-in for MSRC's API. */
export interface StandIn extends AsyncDisposable {
  readonly base: string;
  /** paths in the order they were asked for */
  readonly asked: readonly string[];
  /** requests that were open at the same time, at most */
  readonly mostAtOnce: () => number;
}

/** The path of the list. */
export const listPath = "/cvrf/v3.0/updates";

/** The path of a document. */
export function documentPath(id: string): string {
  return `/cvrf/v3.0/cvrf/${id}`;
}

/** An entry of the list as MSRC writes it. */
export function listEntry(id: string, currentRelease = "2023-10-18T00:00:00Z"): Record<string, unknown> {
  return {
    ID: id,
    Alias: id,
    DocumentTitle: `${id} Security Updates`,
    Severity: null,
    InitialReleaseDate: "2023-10-10T07:00:00Z",
    CurrentReleaseDate: currentRelease,
    CvrfUrl: `https://api.msrc.microsoft.com/cvrf/v3.0/cvrf/${id}`,
  };
}

/** Serves MSRC's paths on this machine until it is disposed of. */
export async function standIn(plan: StandInPlan): Promise<StandIn> {
  const asked: string[] = [];
  let open = 0;
  let most = 0;
  const server = createServer((incoming, response) => {
    open++;
    most = Math.max(most, open);
    response.on("close", () => open--);
    const path = incoming.url ?? "";
    asked.push(path);
    const misbehave = incoming.headers.accept === "application/json" ? plan.misbehave?.[path] : notAcceptable;
    if (misbehave !== undefined) misbehave(response, asked.filter((other) => other === path).length);
    else answer(plan, path, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { base: `http://127.0.0.1:${port}`, asked, mostAtOnce: () => most, [Symbol.asyncDispose]: () => stop(server) };
}

/** The real one would answer XML to other requests. */
const notAcceptable: Misbehaviour = (response) => response.writeHead(406).end();

function answer(plan: StandInPlan, path: string, response: ServerResponse): void {
  const value = plan.list ?? Object.keys(plan.documents).map((id) => listEntry(id));
  const list = JSON.stringify({ "@odata.context": "x", value, ...plan.listMembers });
  const json = path === listPath ? list : Object.entries(plan.documents).find(([id]) => path === documentPath(id))?.[1];
  if (json === undefined) response.writeHead(404).end("Not found");
  else sendJson(response, json);
}

/** Sends JSON with status 200. */
export function sendJson(response: ServerResponse, json: string): void {
  response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(json);
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
