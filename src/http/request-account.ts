import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../auth/caller.ts";
import type { CalledPath } from "./called-path.ts";

export interface Observed {
  readonly method: string;
  /** the path of the route, or `-` for none */
  readonly route: string;
  /** of the answer; 499 where the client went away before it had it */
  readonly status: number;
  readonly ms: number;
}

export interface AccountMeans {
  /** told of every request that has ended, for metrics */
  readonly observe: (observed: Observed) => void;
  readonly pathOf: (request: FastifyRequest) => CalledPath | undefined;
  readonly callerOf: (request: FastifyRequest) => Caller;
}

/** The requests that are worked on, and a line of the log for each when it has ended: answered, or left by its client. */
export function requestAccount({ observe, pathOf, callerOf }: AccountMeans) {
  let atOnce = 0;
  const loggers = new WeakMap<Caller, FastifyBaseLogger>();
  // A client calls again and again: what its lines have in common is written once.
  const loggerOf = (caller: Caller, log: FastifyBaseLogger): FastifyBaseLogger => {
    const { tenantId, clientId } = caller;
    const logger = loggers.get(caller) ?? log.child({ tenantId, clientId });
    loggers.set(caller, logger);
    return logger;
  };
  return {
    atOnce: (): number => atOnce,
    begin: (request: FastifyRequest, reply: FastifyReply): void => {
      atOnce++;
      const began = performance.now();
      // `finish` and `onResponse` do not come for a client that went away; `close` does, once, for every request.
      reply.raw.once("close", () => {
        atOnce--;
        const status = reply.raw.writableFinished ? reply.raw.statusCode : 499;
        const ms = Math.round((performance.now() - began) * 10) / 10;
        observe({ method: request.method, route: request.routeOptions.url ?? "-", status, ms });
        const path = printable(pathOf(request)?.asCalled ?? "").slice(0, 300);
        const facts = { reqId: request.id, method: request.method, path, status, ms, from: request.ip };
        loggerOf(callerOf(request), request.log).info(facts, status === 499 ? "the client went away" : "answered");
      });
    },
  };
}

/** JSON escapes control characters up to U+001F only, and a terminal knows more of them. */
function printable(text: string): string {
  return text.replace(/[\u007f-\u009f\u2028\u2029]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`);
}
