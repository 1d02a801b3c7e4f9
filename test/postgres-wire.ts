import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A way to a server on which one can hear what is said. */
export interface Wire {
  readonly url: string;
  /** names of the statements that the server was told to remember, empty ones among them */
  readonly parsed: () => readonly string[];
  /** statements that the server was told, each time it was told to remember one or to run one without a name */
  readonly statements: () => readonly string[];
  /** what connections began with */
  readonly startup: () => string;
  readonly close: () => Promise<void>;
}

/** Passes everything on to the server of a URL, and keeps what goes there. */
export async function listenIn(url: string): Promise<Wire> {
  const said: Buffer[][] = [];
  const sockets: Socket[] = [];
  const { hostname, port } = new URL(url);
  const server = createServer((client) => {
    const own: Buffer[] = [];
    said.push(own);
    const onward = connect(Number(port), hostname);
    sockets.push(client, onward);
    for (const socket of [client, onward]) socket.on("error", () => undefined);
    client.on("data", (chunk: Buffer) => own.push(chunk));
    client.pipe(onward).pipe(client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const through = new URL(url);
  through.port = String((server.address() as { readonly port: number }).port);
  return {
    url: through.href,
    parsed: () => said.flatMap((chunks) => parsesIn(Buffer.concat(chunks)).map(({ name }) => name)),
    statements: () => said.flatMap((chunks) => parsesIn(Buffer.concat(chunks)).map(({ sql }) => sql)),
    startup: () => said.map((chunks) => startOf(Buffer.concat(chunks))).join(),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function startOf(bytes: Buffer): string {
  return bytes.toString("latin1", 0, bytes.length < 4 ? 0 : bytes.readInt32BE(0));
}

/** A first message without a letter, then messages of letter, length and body; "P" tells a statement, its name first. */
function parsesIn(bytes: Buffer): readonly { readonly name: string; readonly sql: string }[] {
  const parses: { readonly name: string; readonly sql: string }[] = [];
  for (let at = bytes.readInt32BE(0); at + 5 <= bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
    if (bytes[at] !== 0x50) continue;
    const ends = bytes.indexOf(0, at + 5);
    parses.push({ name: bytes.toString("utf8", at + 5, ends), sql: bytes.toString("utf8", ends + 1, bytes.indexOf(0, ends + 1)) });
  }
  return parses;
}
