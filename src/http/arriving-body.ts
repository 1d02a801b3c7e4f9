import type { IncomingMessage } from "node:http";
import { HttpError } from "./http-error.ts";

/** A slower sender than this holds a connection for nothing. */
const leastBytes = 1024;

export interface ArrivingBodyOptions {
  /** at least 1 KB is expected within so long */
  readonly everyMs?: number | undefined;
  /** called before the first piece is asked for */
  readonly onBegin?: () => void;
}

/**
 * The body of a request, piece by piece. Streams of any length may take their time as long as something comes; a body that trickles in is not
 * waited for. Whoever stops early can still answer: the connection stays. @throws HttpError 408
 */
export async function* arrivingBody(request: IncomingMessage, options: ArrivingBodyOptions = {}): AsyncGenerator<Uint8Array> {
  options.onBegin?.();
  const pieces = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
  const pace = watchPace(options.everyMs ?? 10_000);
  try {
    for (;;) {
      const piece = await pace.wait(pieces.next());
      if (piece.done === true) return;
      pace.count(piece.value.length);
      yield piece.value;
    }
  } catch (error) {
    throw error instanceof HttpError ? error : new HttpError(400, "BadRequest", "The request ended before its body did.");
  } finally {
    pace.end();
    // Not waited for: it may itself wait for the next piece.
    void pieces.return?.().catch(() => undefined);
  }
}

/** Time counts while we wait for the sender, not while he waits for us. */
function watchPace(everyMs: number) {
  let [bytes, waitedMs] = [0, 0];
  let since: number | undefined;
  let giveUp: (error: Error) => void = () => undefined;

  const countWaiting = (): void => {
    if (since !== undefined) waitedMs += performance.now() - since;
    since = since === undefined ? undefined : performance.now();
  };
  const timer = setInterval(() => {
    countWaiting();
    if (waitedMs > everyMs * 0.9 && bytes < leastBytes) giveUp(new HttpError(408, "RequestTimeout", "The body came too slowly."));
    [bytes, waitedMs] = [0, 0];
  }, everyMs);
  timer.unref();
  return {
    wait: async <T>(coming: Promise<T>): Promise<T> => {
      since = performance.now();
      try {
        return await new Promise<T>((resolve, reject) => {
          giveUp = reject;
          coming.then(resolve, reject);
        });
      } finally {
        countWaiting();
        since = undefined;
      }
    },
    count: (more: number): void => {
      bytes += more;
    },
    end: (): void => clearInterval(timer),
  };
}
