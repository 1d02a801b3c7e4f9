import type { IncomingMessage } from "node:http";

const everyMs = 10_000;
/** A slower sender than this holds a connection for nothing. */
const leastBytes = 1024;

/** Ends a request whose body trickles in. Streams of any length may take their time as long as something comes. */
export function watchBody(request: IncomingMessage): void {
  const { socket } = request;
  let before = socket.bytesRead;
  const timer = setInterval(() => {
    if (request.complete || request.destroyed) return clearInterval(timer);
    // Paused is not slow: then it is we who do not read.
    const isSlow = socket.bytesRead - before < leastBytes && !request.isPaused();
    before = socket.bytesRead;
    if (!isSlow) return;
    clearInterval(timer);
    request.destroy(new Error("the body came too slowly"));
  }, everyMs);
  timer.unref();
  request.once("close", () => clearInterval(timer));
}
