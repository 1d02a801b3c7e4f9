import { once } from "node:events";
import { type AddressInfo, createServer, type Server, Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { OnePieceSocket } from "./one-piece-socket.ts";

let server: Server;
const arrived: Promise<Buffer>[] = [];

beforeAll(async () => {
  server = createServer((socket: Socket) => void arrived.push(buffer(socket))).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => void server.close());

/** Writes all pieces while corked, and gives what the server read and how many pieces the socket was given. */
async function send(
  pieces: readonly (string | Uint8Array)[],
): Promise<{ readonly bytes: Buffer; readonly writes: number; readonly errors: unknown[] }> {
  const { port } = server.address() as AddressInfo;
  const socket = new OnePieceSocket();
  const write = vi.spyOn(socket, "_write");
  socket.connect(port, "127.0.0.1");
  await once(socket, "connect");
  const errors: unknown[] = [];
  socket.cork();
  for (const piece of pieces) socket.write(piece, (error) => errors.push(error ?? null));
  // It uncorks.
  socket.end();
  await once(socket, "close");
  return { bytes: await (arrived.pop() as Promise<Buffer>), writes: write.mock.calls.length, errors };
}

test("what is written while corked goes out as one piece, and everything written is told so", async () => {
  const { bytes, writes, errors } = await send(["Bind ", Buffer.from("Execute "), "Sync é"]);
  expect(bytes.toString()).toBe("Bind Execute Sync é");
  expect(writes).toBe(1);
  expect(errors).toEqual([null, null, null]);
});

test("much is not copied, and arrives as it is", async () => {
  const large = Buffer.alloc(300_000, "large");
  const { bytes, writes } = await send(["a", large, "b"]);
  expect(bytes.equals(Buffer.concat([Buffer.from("a"), large, Buffer.from("b")]))).toBe(true);
  expect(writes).toBe(0);
});

test("whatever is written arrives in its order", async () => {
  const piece = fc.oneof(
    fc.string(),
    fc.uint8Array(),
    fc.constantFrom(8_000, 17_000, 70_000).map((size) => Buffer.alloc(size, "x")),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 8 }), async (pieces) => {
      const { bytes } = await send(pieces);
      expect(bytes.equals(Buffer.concat(pieces.map((some) => Buffer.from(some))))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

/** What becomes of two pieces that are written while it connects, and nobody listens. */
async function refused(socket: Socket): Promise<readonly unknown[]> {
  const refusing = createServer().listen(0, "127.0.0.1");
  await once(refusing, "listening");
  const { port } = refusing.address() as AddressInfo;
  await new Promise((resolve) => refusing.close(resolve));
  const errors: unknown[] = [];
  socket.on("error", () => undefined).connect(port, "127.0.0.1");
  socket.cork();
  for (const piece of ["Bind", "Sync"]) socket.write(piece, (error) => errors.push((error as NodeJS.ErrnoException | null)?.code));
  socket.uncork();
  await new Promise((resolve) => socket.once("close", resolve));
  return errors;
}

test("what is written while it connects fails as any socket's does", async () => {
  const errors = await refused(new OnePieceSocket());
  expect(errors).toEqual(await refused(new Socket()));
  expect(errors).toEqual([expect.any(String), expect.any(String)]);
});
