import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import compress from "@fastify/compress";
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
} from "fastify";
import type { Caller } from "../auth/caller.ts";
import { ProductError } from "../domain/errors.ts";
import { ODataError } from "../odata/odata-error.ts";
import { type SignInMeans, signIn } from "./authenticate.ts";
import { watchBody } from "./body-watch.ts";
import { type CalledPath, readCalledPath } from "./called-path.ts";
import { answerClientError } from "./client-error.ts";
import { errorBody, HttpError, statusOf, unavailable, type WireErrorCode } from "./http-error.ts";
import type { Origins } from "./origins.ts";
import type { Answer, Call, Route } from "./route.ts";

export interface ServerMeans {
  readonly routes: readonly Route[];
  readonly signIn: Omit<SignInMeans, "report">;
  /** counts a call against its client's quota; @throws HttpError 429 */
  readonly countCall: (caller: Caller) => void;
  /** headers of every answer to a signed-in caller */
  readonly catalogHeaders: () => Readonly<Record<string, string>>;
  readonly origins: () => Origins;
  /** told of every answer, for metrics */
  readonly observe: (observed: Observed) => void;
  /** the server is about to stop: connections are not kept */
  readonly isStopping: () => boolean;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  readonly log: FastifyServerOptions["logger"];
  /** requests that are worked on at once at most; default 1,000 */
  readonly mostAtOnce?: number;
}

export interface Observed {
  readonly method: string;
  /** the path of the route, or `-` for none */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

/** Methods that are answered with 405 where a path has others. */
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

const safeHeaders: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  Vary: "Authorization, Accept-Encoding",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
};

const nobody: Caller = { tenantId: "", clientId: undefined, subject: undefined, roles: [], scopes: [], tokenId: "", issuer: "" };

/** What is known of a request, kept with it: a table of them would cost more than most of what is looked up in it. */
interface Asked extends IncomingMessage {
  [asked]?: { readonly path: CalledPath; caller: Caller };
}

const asked = Symbol("asked");

/** The server, ready to listen. */
export async function buildServer(means: ServerMeans): Promise<FastifyInstance> {
  const app = fastify(optionsOf(means)) as FastifyInstance;
  await app.register(compress, { encodings: ["gzip"], threshold: 4096, global: true, globalDecompression: false });
  // Bodies are read by whoever expects one: with its own limit, and as a stream.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  app.setNotFoundHandler((_request, reply) => void sendError(reply, 404, "NotFound", "There is no such path."));
  addHooks(app, means);
  for (const route of means.routes) addRoute(app, route, means);
  refuseOtherMethods(app, means.routes);
  return app;
}

/** A token may have 16 KB, and a filter as much. */
const limits = { maxHeaderSize: 98_304, headersTimeout: 15_000, connectionsCheckingInterval: 5_000 };

function optionsOf({ tls, log }: ServerMeans): FastifyServerOptions {
  return {
    ...(tls === undefined ? { http: limits } : { https: { ...limits, ...tls } }),
    logger: log ?? false,
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    // Each line names its request: a logger for each request would be made for one line.
    childLoggerFactory: (logger: FastifyBaseLogger) => logger,
    routerOptions: {
      caseSensitive: false,
      maxParamLength: 4096,
      querystringParser: () => ({}),
    },
    exposeHeadRoutes: true,
    return503OnClosing: false,
    forceCloseConnections: "idle",
    keepAliveTimeout: 65_000,
    // Idle for so long: nobody is there any more.
    connectionTimeout: 120_000,
    requestTimeout: 0,
    rewriteUrl: (request) => {
      const path = readCalledPath(request.url ?? "") ?? readCalledPath("/-");
      if (path !== undefined) (request as unknown as Asked)[asked] = { path, caller: nobody };
      return path?.route ?? "/-";
    },
    clientErrorHandler: function (this: FastifyInstance, error: NodeJS.ErrnoException, socket: Socket) {
      answerClientError(error, socket, (code) => this.log.info({ code }, "a request was not HTTP"));
    },
    frameworkErrors: (_error, _request, reply) =>
      void sendError(reply as unknown as FastifyReply, 400, "BadRequest", "The path is not valid."),
  } as FastifyServerOptions;
}

function addHooks(app: FastifyInstance, { observe, isStopping, mostAtOnce = 1000 }: ServerMeans): void {
  let atOnce = 0;
  app.addHook("onRequest", (request, reply, done) => {
    atOnce++;
    reply.headers(safeHeaders);
    if (isStopping()) reply.header("Connection", "close");
    const isTooMuch = atOnce > mostAtOnce && !request.url.startsWith("/healthz");
    done(isTooMuch ? unavailable("The server has more to do than it can; try again in a moment.", 1) : undefined);
  });
  app.addHook("onResponse", (request, reply, done) => {
    atOnce--;
    const route = request.routeOptions.url ?? "-";
    const [status, ms] = [reply.statusCode, Math.round(reply.elapsedTime * 10) / 10];
    observe({ method: request.method, route, status, ms });
    const { path: { asCalled: path } = noPath, caller: { clientId, tenantId } = nobody } = (request.raw as Asked)[asked] ?? {};
    const { id: reqId, method, ip: from } = request;
    request.log.info({ reqId, method, path: path.slice(0, 300), status, ms, tenantId, clientId, from }, "answered");
    done();
  });
  app.addHook("onRequestAbort", async (request) => request.log.info({ reqId: request.id }, "the client went away"));
}

const noPath: Pick<CalledPath, "asCalled"> = { asCalled: "" };

function addRoute(app: FastifyInstance, route: Route, means: ServerMeans): void {
  const { method, path: url, may, handle } = route;
  app.route({
    method,
    url,
    handler: async (request, reply) => {
      const known = (request.raw as Asked)[asked] as { readonly path: CalledPath; caller: Caller };
      const report = (reason: string, facts: object): void => request.log.warn({ reqId: request.id, reason, ...facts }, "turned away");
      const signedIn =
        may === "anyone"
          ? { caller: nobody, tenant: { id: "", alias: "" } }
          : await signIn(request.raw.rawHeaders, may, { ...means.signIn, report });
      if (may !== "anyone") {
        known.caller = signedIn.caller;
        reply.headers(means.catalogHeaders());
        means.countCall(signedIn.caller);
      }
      if (method !== "GET") watchBody(request.raw);
      const params = request.params as Readonly<Record<string, string>>;
      const origin = means.origins().of(request.headers.host);
      const call: Call = {
        id: request.id,
        path: known.path,
        params,
        origin,
        headers: request.headers,
        body: request.raw,
        isLocal: isLocal(request),
        ...signedIn,
      };
      return send(reply, await handle(call));
    },
  });
}

function isLocal({ ip, headers }: FastifyRequest): boolean {
  return (ip === "::1" || ip.startsWith("127.") || ip.startsWith("::ffff:127.")) && headers["x-forwarded-for"] === undefined;
}

function send(reply: FastifyReply, { status = 200, headers = {}, body, type = "application/json; charset=utf-8" }: Answer): FastifyReply {
  return reply.code(status).headers(headers).type(type).send(body);
}

/** A path that has other methods says which. */
function refuseOtherMethods(app: FastifyInstance, routes: readonly Route[]): void {
  const allowed = new Map<string, Set<string>>();
  for (const { method, path } of routes) allowed.set(path, (allowed.get(path) ?? new Set()).add(method));
  for (const [url, own] of allowed) {
    const allow = [...own, ...(own.has("GET") ? ["HEAD"] : [])].join(", ");
    app.route({
      method: methods.filter((method) => !own.has(method)),
      url,
      handler: async (_request, reply) =>
        sendError(reply.header("Allow", allow), 405, "MethodNotAllowed", `This path answers ${allow} only.`),
    });
  }
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof HttpError) {
    if (error.status >= 500) request.log.warn({ reqId: request.id, reason: error.message }, "could not answer");
    return sendError(reply.headers(error.headers), error.status, error.code, error.message);
  }
  if (error instanceof ODataError) return sendError(reply, 400, "ODataError", error.message);
  if (error instanceof ProductError) return answerProductError(error, request, reply);
  const status = (error as { readonly statusCode?: number }).statusCode ?? 500;
  if (status < 500) return sendError(reply, status, "BadRequest", "The request is not valid.");
  request.log.error({ reqId: request.id, err: error }, "unexpected failure");
  return sendError(reply, 500, "InternalServerError", "An internal error occurred; the log has it under this id.");
}

/** What is wrong with the request is said; what is wrong within the server goes to the log, and the answer has its id. */
function answerProductError(error: ProductError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, code } = statusOf[error.code];
  const isOwn = error.code === "database" || error.code === "file" || error.code === "network";
  if (status >= 500) {
    request.log.error({ reqId: request.id, err: error, place: error.place }, "could not answer");
    reply.header("Retry-After", "5");
  }
  const line = error.place.line === undefined ? "" : `line ${error.place.line}: `;
  const field = error.place.field === undefined ? "" : ` (${error.place.field})`;
  const hint = error.hint === undefined ? "" : ` ${error.hint}`;
  const message = isOwn
    ? "The service cannot answer at the moment; the log has the reason under this id."
    : `${line}${error.message}${field}.${hint}`;
  return sendError(reply, status, code, message);
}

function sendError(reply: FastifyReply, status: number, code: WireErrorCode, message: string): FastifyReply {
  // A body that nobody read to its end cannot be followed by another request.
  if (!reply.request.raw.complete) reply.header("Connection", "close");
  return reply
    .code(status)
    .type("application/json; charset=utf-8")
    .send(errorBody(code, message, reply.request.id));
}
