import { connect, type Socket } from "node:net";

/** What came back over a connection of its own, byte by byte. */
export interface WireAnswer {
  /** 0: the connection ended without an answer */
  readonly status: number;
  /** names in lower case */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** all that came */
  readonly text: string;
  /** status lines that came, 1xx included */
  readonly statuses: readonly number[];
  /** the server ended the connection */
  readonly isClosed: boolean;
}

/** A request as bytes; nothing is added, escaped or put right. */
export function requestBytes(method: string, path: string, headers: Readonly<Record<string, string>>, body?: Uint8Array): Buffer {
  const isFramed = Object.keys(headers).some((name) => /^(?:content-length|transfer-encoding)$/i.test(name));
  const all = {
    Host: "127.0.0.1",
    ...headers,
    ...(body === undefined || isFramed ? {} : { "Content-Length": String(body.length) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1"), body ?? Buffer.alloc(0)]);
}

/** How long an answer is waited for, and how much longer for another behind it. */
const [mostMs, lingerMs] = [20_000, 10];

/** Sends bytes over a connection of its own, and waits for a whole answer or the end; a little longer for what should not come behind it. */
export async function onTheWire(origin: string, bytes: Uint8Array | string): Promise<WireAnswer> {
  const socket = connectTo(origin);
  const chunks: Buffer[] = [];
  const isClosed = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), mostMs);
    const done = (ended: boolean): void => {
      clearTimeout(timer);
      resolve(ended);
    };
    socket.on("error", () => done(true));
    socket.on("close", () => done(true));
    socket.on("end", () => done(true));
    let isWaiting = false;
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      if (isWaiting || !isWhole(Buffer.concat(chunks).toString("latin1"))) return;
      isWaiting = true;
      setTimeout(() => done(false), lingerMs);
    });
    socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  });
  socket.destroy();
  return parseAnswer(Buffer.concat(chunks), isClosed);
}

/** A connection to the server, for whoever sends and reads by himself. */
export function connectTo(origin: string): Socket {
  const { hostname, port } = new URL(origin);
  return connect({ host: hostname, port: Number(port) });
}

const statusLine = /HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n/g;

function lastHead(text: string): { readonly head: string; readonly rest: string } | undefined {
  const found = [...text.matchAll(/HTTP\/1\.1 (?!1\d\d)\d{3} [^\r\n]*\r\n/g)][0];
  const end = found === undefined ? -1 : text.indexOf("\r\n\r\n", found.index);
  if (found === undefined || end < 0) return undefined;
  return { head: text.slice(found.index, end), rest: text.slice(end + 4) };
}

function isWhole(text: string): boolean {
  const found = lastHead(text);
  if (found === undefined) return false;
  const length = /\ncontent-length: (\d+)/i.exec(found.head)?.[1];
  if (length !== undefined) return found.rest.length >= Number(length);
  return /\ntransfer-encoding: chunked/i.test(found.head) ? found.rest.endsWith("0\r\n\r\n") : false;
}

function parseAnswer(bytes: Buffer, isClosed: boolean): WireAnswer {
  const text = bytes.toString("latin1");
  const statuses = [...text.matchAll(statusLine)].map(([, status]) => Number(status));
  const found = lastHead(text);
  const lines = found?.head.split("\r\n") ?? [];
  const headers = new Map(
    lines.slice(1).map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]),
  );
  const isChunked = headers.get("transfer-encoding") === "chunked";
  const raw = Buffer.from(found?.rest ?? "", "latin1");
  const body = (isChunked ? dechunked(raw) : raw).toString("utf8");
  return { status: Number(lines[0]?.split(" ")[1] ?? 0), headers, body, text, statuses, isClosed };
}

function dechunked(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.toString("latin1", at, end), 16);
    if (!(size > 0)) break;
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 4 + size;
  }
  return Buffer.concat(parts);
}
