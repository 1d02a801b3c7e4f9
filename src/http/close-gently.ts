import { setTimeout as wait } from "node:timers/promises";
import type { FastifyInstance } from "fastify";

/** On a connection that is there already a request may be on its way for so long. */
const idleMs = 300;
const lookEveryMs = 50;

/**
 * Ends a server without a reset for anybody who asks. Nobody new is let in; who has a connection is answered, and told that it ends; idle ones
 * are closed only after a while. Resolves when the last answer is out.
 */
export async function closeGently(app: FastifyInstance): Promise<void> {
  const { server } = app;
  const closeIdle = server.closeIdleConnections.bind(server);
  // Node.js itself would do it at once.
  server.closeIdleConnections = () => undefined;
  const closed = app.close();
  await wait(idleMs);
  const timer = setInterval(closeIdle, lookEveryMs);
  try {
    closeIdle();
    await closed;
  } finally {
    clearInterval(timer);
  }
}
