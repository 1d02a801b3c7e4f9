import type { IncomingMessage } from "node:http";

/** Whoever still sends does not listen yet: so long it is listened to, and thrown away. */
const mostMs = 2_000;
/** Nothing came for so long: nothing will, before we answer. */
const quietMs = 100;

/**
 * Reads what is left of a body before a refusal is sent. A connection that is closed while its client still sends is reset, and the client
 * would see that in place of the answer.
 */
export async function readRest(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return;
  const timers: NodeJS.Timeout[] = [];
  await new Promise<void>((resolve) => {
    const done = (): void => resolve();
    const quiet = setTimeout(done, quietMs);
    timers.push(quiet, setTimeout(done, mostMs));
    request.on("data", () => quiet.refresh()).once("end", done);
    request.once("close", done).once("error", done);
    // Whoever read before has let go of it by then.
    setImmediate(() => request.resume());
  });
  for (const timer of timers) clearTimeout(timer);
}
