import { connect, type Socket } from "node:net";

/** What connections read into, one after another: each answer in a buffer of its own would be collected every half second, which holds up this process and its neighbours. */
const readInto = Buffer.allocUnsafe(65_536);

/**
 * A connection that is kept, with one request at a time on it. It knows as much of HTTP as the answers need that are asked for here: the client of Node.js
 * takes half as long for a request as the server for its answer (0.22 ms), of the same processors, and would be measured with it.
 */
export class KeptConnection {
  readonly #socket: Socket;
  #answer: PromiseWithResolvers<number> | undefined;
  /** of an answer, until all of it is there */
  #head = "";
  #status = 0;
  /** bytes of the body that are still to come; undefined: its length is not known yet */
  #left: number | undefined;

  constructor({ hostname, port }: URL) {
    const onread = {
      buffer: readInto,
      callback: (bytes: number): boolean => {
        this.#take(bytes);
        return true;
      },
    };
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true, onread });
    this.#socket.on("error", (error) => this.#answer?.reject(error));
    this.#socket.on("close", () => this.#answer?.reject(new Error("the connection was closed before the answer was there")));
  }

  /** The status of the answer, once all of it is there. */
  get(request: Buffer): Promise<number> {
    if (this.#socket.destroyed) return Promise.reject(new Error("the connection was closed before the request was sent"));
    this.#answer = Promise.withResolvers();
    this.#socket.write(request);
    return this.#answer.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(bytes: number): void {
    if (this.#left === undefined) this.#takeHead(readInto.toString("latin1", 0, bytes));
    else this.#left -= bytes;
    if (this.#left === undefined || this.#left > 0) return;
    this.#left = undefined;
    this.#answer?.resolve(this.#status);
  }

  #takeHead(text: string): void {
    this.#head += text;
    const end = this.#head.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = /\r\ncontent-length: (\d+)\r\n/i.exec(this.#head.slice(0, end + 2))?.[1];
    if (length === undefined) {
      this.close();
      this.#answer?.reject(new Error(`an answer without a length: ${this.#head.slice(0, end)}`));
      return;
    }
    this.#status = Number(this.#head.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length));
    this.#left = Number(length) - (this.#head.length - end - 4);
    this.#head = "";
  }
}

/** The bytes of a request that asks for a path. */
export function requestFor({ host }: URL, path: string, headers: Readonly<Record<string, string>>): Buffer {
  const fields = Object.entries({ Host: host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`GET ${path} HTTP/1.1\r\n${fields.join("")}\r\n`);
}
