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
import type { Epoch } from "../app/fleet/epoch.ts";
import type { Caller } from "../auth/caller.ts";
import { answerError, sendError } from "./answer-error.ts";
import { arrivingBody } from "./arriving-body.ts";
import { type SignInMeans, signIn } from "./authenticate.ts";
import { type CalledPath, readCalledPath } from "./called-path.ts";
import { answerClientError } from "./client-error.ts";
import { unavailable } from "./http-error.ts";
import type { Origins } from "./origins.ts";
import { type Observed, requestAccount } from "./request-account.ts";
import { readRest } from "./rest-of-body.ts";
import type { Answer, Call, Route } from "./route.ts";

export interface ServerMeans {
  readonly routes: readonly Route[];
  readonly signIn: Omit<SignInMeans, "report">;
  /** counts a call against its client's quota; @throws HttpError 429 */
  readonly countCall: (caller: Caller) => void;
  /** headers of every answer, errors too: of that knowledge, or of what is in force */
  readonly catalogHeaders: (epoch?: Epoch) => Readonly<Record<string, string>>;
  readonly origins: () => Origins;
  /** told of every request that has ended, for metrics */
  readonly observe: (observed: Observed) => void;
  /** nobody new is let in: connections are not kept */
  readonly isClosing: () => boolean;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  readonly log: FastifyServerOptions["logger"];
  /** requests that are worked on at once at most; default 1,000 */
  readonly mostAtOnce?: number;
  readonly patience?: Patience;
}

/** How long slow clients are waited for, where it is not the usual. */
export interface Patience {
  /** for the head of a request, looked at that often */
  readonly headMs?: number;
  readonly lookMs?: number;
  /** for the next kilobyte of a body */
  readonly bodyMs?: number;
}

/** Methods that are answered with 405 where a path has others. */
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

const safeHeaders: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  Vary: "Authorization, Cookie, Accept-Encoding",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
};

const nobody: Caller = { tenantId: "", clientId: undefined, subject: undefined, roles: [], scopes: [], tokenId: "", issuer: "" };

/** What is known of a request, kept with it: a table of them would cost more than most of what is looked up in it. */
interface Asked extends IncomingMessage {
  [asked]?: { readonly path: CalledPath; caller: Caller /** of the knowledge in force when it came */; headers?: Answer["headers"] };
}

const asked = Symbol("asked");

/** The server, ready to listen. */
export async function buildServer(means: ServerMeans): Promise<FastifyInstance> {
  const account = requestAccount({ observe: means.observe, pathOf, callerOf });
  const app = fastify(optionsOf(means, account.begin)) as FastifyInstance;
  // Of answers only: it would read packed bodies beside us, before anybody has signed in.
  await app.register(compress, { encodings: ["gzip"], threshold: packedFrom, global: false, globalDecompression: false });
  // Bodies are read by whoever expects one: with its own limit, and as a stream.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  // Asked for only where the body is wanted: see `bodyOf`.
  app.server.on("checkContinue", (request, response) => app.server.emit("request", request, response));
  app.setErrorHandler(async (error, request, reply) => {
    await readRest(request.raw);
    return answerError(error, request, reply);
  });
  app.setNotFoundHandler((_request, reply) => void sendError(reply, 404, "NotFound", "There is no such path."));
  addHooks(app, means, account);
  for (const route of means.routes) addRoute(app, route, means);
  refuseOtherMethods(app, means.routes);
  return app;
}

type Account = ReturnType<typeof requestAccount>;

/** Bytes below which packing an answer would gain nothing. */
const packedFrom = 4096;

function optionsOf(
  { tls, log, catalogHeaders, patience: { headMs = 15_000, lookMs = 5_000 } = {} }: ServerMeans,
  begin: Account["begin"],
): FastifyServerOptions {
  // A token may have 16 KB, and a filter as much.
  const limits = { maxHeaderSize: 98_304, headersTimeout: headMs, connectionsCheckingInterval: lookMs };
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
    // No hook is called for these.
    frameworkErrors: (_error, request, reply) => {
      const own = reply as unknown as FastifyReply;
      begin(request as unknown as FastifyRequest, own);
      void sendError(own.headers({ ...safeHeaders, ...catalogHeaders() }), 400, "BadRequest", "The path is not valid.");
    },
  } as FastifyServerOptions;
}

function addHooks(app: FastifyInstance, { catalogHeaders, isClosing, mostAtOnce = 1000 }: ServerMeans, { begin, atOnce }: Account): void {
  // Hooks that call back cost less than those that promise.
  app.addHook("onRequest", (request, reply, done) => {
    begin(request, reply);
    const own = catalogHeaders();
    const known = (request.raw as Asked)[asked];
    if (known !== undefined) known.headers = own;
    reply.headers(safeHeaders).headers(own);
    const isTooMuch = atOnce() > mostAtOnce && !request.url.startsWith("/healthz");
    done(isTooMuch ? unavailable("The server has more to do than it can; try again in a moment.", 1) : undefined);
  });
  // Asked for as late as can be: the server may have begun to close meanwhile.
  app.addHook("onSend", (_request, reply, payload, done) => {
    if (isClosing()) reply.header("Connection", "close");
    done(null, payload);
  });
}

function pathOf({ raw }: FastifyRequest): CalledPath | undefined {
  return (raw as Asked)[asked]?.path;
}

function callerOf({ raw }: FastifyRequest): Caller {
  return (raw as Asked)[asked]?.caller ?? nobody;
}

function addRoute(app: FastifyInstance, route: Route, means: ServerMeans): void {
  const { method, path: url, may, digestAhead, handle } = route;
  app.route({
    method,
    url,
    handler: async (request, reply) => {
      const known = (request.raw as Asked)[asked] as NonNullable<Asked[typeof asked]>;
      if (url.startsWith("/api/")) reply.header("OData-Version", "4.0");
      const report = (reason: string, facts: object): void => request.log.warn({ reqId: request.id, reason, ...facts }, "turned away");
      const origin = means.origins().of(request.headers.host);
      const params = request.params as Call["params"];
      let ahead: Call["digestAhead"];
      const onGood = (caller: Caller): void => {
        ahead = digestAhead?.(caller.tenantId, { path: known.path, params });
        // Whoever is turned away does not wait for it; who is let in does.
        ahead?.catch(() => undefined);
      };
      const asking = { rawHeaders: request.raw.rawHeaders, method: request.method, headers: request.headers, origin, onGood };
      const signedIn =
        may === "anyone" ? { caller: nobody, tenant: { id: "", alias: "" } } : await signIn(asking, may, { ...means.signIn, report });
      if (may !== "anyone") {
        known.caller = signedIn.caller;
        means.countCall(signedIn.caller);
      }
      const call: Call = {
        id: request.id,
        path: known.path,
        params,
        origin,
        headers: request.headers,
        body: bodyOf(request, reply, means),
        isLocal: isLocal(request),
        digestAhead: ahead,
        ...signedIn,
      };
      const answer = await handle(call);
      const own = answer.epoch === undefined ? known.headers : means.catalogHeaders(answer.epoch);
      if (own !== undefined && own !== known.headers) reply.headers(own);
      return send(reply, answer);
    },
  });
}

/** A client that asks whether to send its body at all is told so when somebody reads it: not before it has signed in. */
function bodyOf({ raw }: FastifyRequest, reply: FastifyReply, { patience }: ServerMeans): Call["body"] {
  const isAsking = /^100-continue$/i.test(raw.headers.expect ?? "");
  return arrivingBody(raw, { everyMs: patience?.bodyMs, onBegin: () => isAsking && reply.raw.writeContinue() });
}

function isLocal({ ip, headers }: FastifyRequest): boolean {
  // Whoever has gone meanwhile has no address any more.
  const isKnown = (ip as string | undefined) !== undefined;
  return isKnown && (ip === "::1" || ip.startsWith("127.") || ip.startsWith("::ffff:127.")) && headers["x-forwarded-for"] === undefined;
}

function send(reply: FastifyReply, { status = 200, headers = {}, body, type = "application/json; charset=utf-8" }: Answer): FastifyReply {
  reply.code(status).headers(headers);
  if (body === "") return reply.send(body);
  reply.type(type);
  const isShort = typeof body === "string" && body.length < packedFrom;
  if (isShort || reply.hasHeader("Content-Encoding")) return reply.send(body);
  reply.compress(body);
  return reply;
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
