import { setTimeout as wait } from "node:timers/promises";
import type { FastifyInstance } from "fastify";

/** On a connection that is there already a request may be on its way for so long. */
const idleMs = 300;
const lookEveryMs = 50;

/**
 * Ends a server without a reset for anybody who asks. Nobody new is let in; then `tellClients` has everybody who has a connection told, with an
 * answer, that it ends; idle ones are closed only after a while. Resolves when the last answer is out.
 */
export async function closeGently(app: FastifyInstance, tellClients: () => void): Promise<void> {
  const { server } = app;
  const closeIdle = server.closeIdleConnections.bind(server);
  // Node.js itself would do it at once.
  server.closeIdleConnections = () => undefined;
  // Within one turn of the event loop, in this order: whoever is told makes another connection, which the kernel would take as long as anybody
  // listens, and reset as soon as nobody does. Fastify stops listening some turns after it has begun to say so.
  const closed = new Promise((resolve) => server.close(resolve));
  tellClients();
  const ended = Promise.all([closed, app.close()]);
  // It is waited for below.
  ended.catch(() => undefined);
  await wait(idleMs);
  const timer = setInterval(closeIdle, lookEveryMs);
  try {
    closeIdle();
    await ended;
  } finally {
    clearInterval(timer);
  }
}
