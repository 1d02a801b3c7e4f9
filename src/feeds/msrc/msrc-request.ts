import { ProductError } from "../../domain/errors.ts";

/** What a request needs from outside, so that tests have neither network nor clock. */
export interface RequestMeans {
  readonly fetch: typeof fetch;
  readonly sleep: (ms: number) => Promise<void>;
  /** what to say to somebody whose address is answered with 404 */
  readonly absence?: string;
}

/** How long an answer may take. */
export interface Patience {
  /** for the whole answer */
  readonly totalMs: number;
  /** without a single byte */
  readonly stallMs: number;
}

/** Takes the body as it arrives; whatever it throws ends the request. */
export type BodySink = (chunk: Uint8Array) => void;

interface Attempt {
  readonly url: URL;
  readonly means: RequestMeans;
  readonly patience: Patience;
  readonly sink: BodySink;
  /** from 1 */
  readonly number: number;
}

const attempts = 3;
const longestWaitMs = 60_000;

/**
 * Gets `url` and hands its decoded body to a new sink per attempt. Tries twice more after 429, 5xx and broken connections, waiting as
 * long as the server asks; redirects are refused. @throws ProductError with the URL
 */
export async function request(url: URL, means: RequestMeans, patience: Patience, newSink: () => BodySink): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const waitMs = await attemptOnce({ url, means, patience, sink: newSink(), number: attempt });
    if (waitMs === undefined) return;
    await means.sleep(waitMs);
  }
}

/** Undefined when it worked, else how long to wait before the next attempt. */
async function attemptOnce(attempt: Attempt): Promise<number | undefined> {
  const { url, means, patience, sink } = attempt;
  const timer = new Timer(patience);
  try {
    const response = await means.fetch(url, { headers: { accept: "application/json" }, redirect: "error", signal: timer.signal });
    if (!response.ok) return waitAfterRefusal(response, attempt);
    await readBody(response, sink, timer);
    return undefined;
  } catch (error) {
    if (error instanceof ProductError) throw error;
    if (timer.exceededMs > 0) throw unreachable(url, `no whole answer within ${timer.exceededMs / 1000} s`, error);
    return waitAfterTrouble(error, attempt);
  } finally {
    timer.stop();
  }
}

function waitAfterRefusal({ status, headers }: Response, { url, means, number }: Attempt): number {
  const mayPass = status === 429 || status >= 500;
  const waitMs = retryAfterMs(headers.get("retry-after")) ?? pauseMs(number);
  if (mayPass && number < attempts && waitMs <= longestWaitMs) return waitMs;
  throw refusedAnswer(url, status, means.absence);
}

function waitAfterTrouble(error: unknown, { url, number }: Attempt): number {
  const code = codeOf(error);
  if (passing.has(code) && number < attempts) return pauseMs(number);
  throw unreachable(url, code, error);
}

function pauseMs(attempt: number): number {
  return 1000 * 2 ** attempt;
}

async function readBody(response: Response, sink: BodySink, timer: Timer): Promise<void> {
  for await (const chunk of response.body ?? []) {
    timer.alive();
    sink(chunk);
  }
}

/** Ends a request that takes too long as a whole, or says nothing for too long. */
class Timer {
  readonly #controller: AbortController = new AbortController();
  readonly #total: NodeJS.Timeout;
  readonly #stall: NodeJS.Timeout;
  /** the limit that ended the request, 0 while none did */
  exceededMs = 0;

  constructor(patience: Patience) {
    this.#total = setTimeout(() => this.#abort(patience.totalMs), patience.totalMs);
    this.#stall = setTimeout(() => this.#abort(patience.stallMs), patience.stallMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  alive(): void {
    this.#stall.refresh();
  }

  /** Also lets go of a body that nobody reads further. */
  stop(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#stall);
    this.#controller.abort();
  }

  #abort(exceededMs: number): void {
    this.exceededMs = exceededMs;
    this.#controller.abort();
  }
}

/** Troubles that a second attempt may not have. */
const passing: ReadonlySet<string> = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT", "EAI_AGAIN", "UND_ERR_SOCKET"]);

function codeOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string") return cause.code;
    if (cause.message === "unexpected redirect") return "a redirect, which is refused";
  }
  return error instanceof Error ? error.message : "unknown trouble";
}

/** Seconds or a date; undefined where there is nothing usable. */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^[0-9]{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function refusedAnswer(url: URL, status: number, absence: string | undefined): ProductError {
  const hint = (status === 404 ? absence : undefined) ?? "try again later, or import documents from a folder";
  return new ProductError("network", `the server answered ${status}`, { place: { source: url.href }, hint });
}

function unreachable(url: URL, reason: string, cause: unknown): ProductError {
  return new ProductError("network", `cannot be read: ${reason}`, {
    place: { source: url.href },
    hint: "check the connection and any proxy, or import documents from a folder",
    cause,
  });
}
