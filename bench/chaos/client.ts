import type { StormServer } from "./servers.ts";
import type { Tally } from "./tally.ts";

/** An answer that came whole. */
export interface Answer {
  readonly status: number;
  readonly server: StormServer;
  /** of the catalog; 0: the server has just started and has none yet */
  readonly revision: number;
  /** `2024-Mar`; empty where the revision is 0 */
  readonly newestMonth: string;
  // biome-ignore lint/suspicious/noExplicitAny: what callers look into is theirs to know
  readonly json: any;
  /** so long the client was told to wait, and will: a little less than a second, for there is a storm to stand */
  readonly waitMs: number;
}

export interface Question {
  /** what it is counted as */
  readonly kind: string;
  /** with its query */
  readonly path: string;
  /** lines to post; absent: it is read */
  readonly lines?: string;
}

/** Asks a server; undefined where no whole answer came, which the server must have been killed for. */
export type Ask = (server: StormServer, question: Question) => Promise<Answer | undefined>;

const patienceMs = 60_000;

/** Asks with a token, and counts what comes; whatever no server may answer is a violation. */
export function askWith(token: string, tally: Tally): Ask {
  const headers = { Authorization: `Bearer ${token}` };
  return async (server, question) => {
    const mayBreak = !server.isUp;
    const { kills } = server;
    const told = { status: "" };
    try {
      return await send(server, question, { headers, tally, told });
    } catch (error) {
      const what = told.status === "" ? codeOf(error) : `${told.status} broken off`;
      tally.count(question.kind, what);
      judgeSilence(what, mayBreak || kills !== server.kills, `${question.kind} ${question.path}: ${what}, ${error}`, tally);
      return undefined;
    }
  };
}

function judgeSilence(what: string, mayBreak: boolean, said: string, tally: Tally): void {
  if (what === "TimeoutError") tally.violate(`no answer in ${patienceMs / 1000} s`, said);
  else if (!mayBreak) tally.violate("a server that was not killed broke off", said);
}

interface Sending {
  readonly headers: Readonly<Record<string, string>>;
  readonly tally: Tally;
  /** the status, as soon as it is known: the rest may never come */
  readonly told: { status: string };
}

async function send(server: StormServer, { kind, path, lines }: Question, { headers, tally, told }: Sending): Promise<Answer> {
  const posted = { method: "POST", headers: { ...headers, "Content-Type": "application/x-ndjson" } };
  const response = await fetch(server.origin + path, {
    headers,
    signal: AbortSignal.timeout(patienceMs),
    ...(lines === undefined ? {} : { ...posted, body: lines }),
  });
  told.status = String(response.status);
  const text = await response.text();
  const answer = answerOf(server, response, text);
  tally.count(kind, told.status);
  judge(answer, response, `${kind} ${path}: ${response.status} ${text}`, tally);
  return answer;
}

function answerOf(server: StormServer, { status, headers }: Response, text: string): Answer {
  const [, revision = "0", newestMonth = ""] = /revision=(\d+)(?:; newest=([\w-]+))?/.exec(headers.get("X-Patchgap-Catalog") ?? "") ?? [];
  const waitMs = Math.min(900, 1000 * Number(headers.get("Retry-After") ?? 0));
  return { status, server, revision: Number(revision), newestMonth, json: JSON.parse(text), waitMs };
}

function judge({ status, revision, newestMonth }: Answer, { headers }: Response, said: string, tally: Tally): void {
  if (status === 200 && headers.has("X-Patchgap-Catalog")) tally.see(revision, newestMonth);
  if (status < 500) return;
  if (status !== 503) tally.violate(`an answer with ${status}`, said);
  else if (!/^[1-9]\d*$/.test(headers.get("Retry-After") ?? "")) tally.violate("503 without Retry-After", said);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError" || error.name === "SyntaxError") return error.name;
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : error.message;
  return code === "ECONNREFUSED" ? "refused" : "broken off";
}
