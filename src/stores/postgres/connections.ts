import { createHash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { ProductError } from "../../domain/errors.ts";
import { type CopiedValue, copyText } from "./copy-text.ts";
import { OnePieceSocket } from "./one-piece-socket.ts";
import { asProductError, isConnectionLost, isReadOnly, isTakenBack, isUnanswered } from "./postgres-errors.ts";
import { type PostgresSettings, placeOf } from "./postgres-settings.ts";
import { sendQuery } from "./send-query.ts";
import { openShortQuestions } from "./short-questions.ts";
import { decodeText, encodeText } from "./text-code.ts";

/** What a statement is given: texts, numbers, bytes, and lists of them for `= any($1)` and `unnest($1)`. */
export type Parameter = string | number | bigint | boolean | null | Uint8Array | readonly (string | number | boolean | null | Uint8Array)[];

/** Asks the database; within a transaction, its connection. */
export interface Asking {
  /** the rows, as objects under the names of the columns; the statement is one of ours and the same every time */
  readonly all: <R extends object>(sql: string, values?: readonly Parameter[]) => Promise<readonly R[]>;
  /** how many rows were written */
  readonly run: (sql: string, values?: readonly Parameter[]) => Promise<number>;
}

/** Rows of a table that are not there yet. */
export interface NewRows {
  readonly table: string;
  readonly columns: readonly string[];
  /** made as they are sent */
  readonly rows: Iterable<readonly CopiedValue[]>;
}

/** Asks the database within a transaction that writes. */
export interface Writing extends Asking {
  /** adds many rows at the least cost (COPY); where one is there already the transaction fails */
  readonly add: (rows: NewRows) => Promise<void>;
}

/** How a transaction is made. */
export interface WritingManner {
  /**
   * Everything in it is found by keys. Up to a hundred thousand devices PostgreSQL takes reading them all for cheaper than looking up 500 keys (measured:
   * 0.14 of 0.2 ms a device, in a load), so it is told not to. What cannot be found otherwise then has so dear a plan that it would be compiled, for longer than
   * it takes.
   */
  readonly isByKey?: true;
}

/** Statements that only read, made for one question. */
export interface Question {
  readonly sql: string;
  readonly values: readonly Parameter[];
  /** rows are wanted as objects under the names of the columns */
  readonly isNamed?: true;
}

/** The connections of one process to its database. */
export interface Connections extends Asking {
  readonly place: string;
  /** one transaction, all or nothing; it is begun again when the database took it back, or when the connection was lost before the end */
  readonly write: <T>(work: (asking: Writing) => Promise<T>, manner?: WritingManner) => Promise<T>;
  /** one transaction that only reads, and sees one state however long it takes */
  readonly readAsOfNow: <T>(work: (asking: Asking) => Promise<T>) => Promise<T>;
  /** the rows of statements that see one state, as arrays of columns */
  readonly readTogether: (questions: readonly Question[]) => Promise<readonly (readonly unknown[])[]>;
  /** the same as `all`, for what is found by a key at once and writes nothing: many of these share a connection, and one may be asked twice */
  readonly allSoon: Asking["all"];
  readonly close: () => Promise<void>;
}

/** Who has fewer has none to spare for short questions. */
const fewConnections = 4;
const mostAttempts = 6;
/** Lists that wait: past that the answer would come too late for anybody. */
const mostWaiting = 200;
const integer = 20;
const text = 25;
const jsonb = 3802;

/** Opens no connection yet: that happens when the first is needed. */
export function openConnections(settings: PostgresSettings): Connections {
  const place = placeOf(settings.url);
  const forLists = Math.max(1, Math.floor(settings.connections / 3));
  // A pooler need not know what to do with a question that comes before the last was answered.
  const forShort = settings.statements === "named" && settings.connections >= fewConnections ? 1 : 0;
  // Apart, so that costly lists never keep check-ins waiting.
  const [points, lists] = [openPool(settings, Math.max(1, settings.connections - forLists - forShort)), openPool(settings, forLists)];
  const short = forShort > 0 ? openPool(settings, forShort, { pipeline: true }) : undefined;
  const shortQuestions = short === undefined ? undefined : openShortQuestions(short);
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw asProductError(place, error);
    }
  };
  const ask = (sql: string, values: readonly Parameter[] = []): Promise<pg.QueryResult> =>
    guarded(() => again(() => inConnection(points, settings, (client) => send(client, settings, sql, values))));
  return {
    place,
    all: async <R>(sql: string, values?: readonly Parameter[]) => (await ask(sql, values)).rows as R[],
    run: async (sql, values) => (await ask(sql, values)).rowCount ?? 0,
    allSoon: async <R>(sql: string, values: readonly Parameter[] = []) => {
      // Who asks there waits for moments only, and asks another then.
      const answer = await shortQuestions?.ask((client) => sendQuery(client, queryOf(settings, sql, values)));
      return (answer ?? (await ask(sql, values))).rows as R[];
    },
    write: (work, manner = {}) =>
      guarded(() => again(() => inConnection(points, settings, (client) => transaction(client, settings, { place, manner, work })))),
    readAsOfNow: (work) => guarded(() => inConnection(points, settings, (client) => longReading(client, settings, work))),
    readTogether: (questions) =>
      guarded(async () => {
        if (lists.waitingCount >= mostWaiting)
          throw new ProductError("busy", "too many lists are being read at once", { hint: "Try again in a moment." });
        return again(() => inConnection(lists, settings, (client) => oneState(client, settings, questions)));
      }),
    close: async () => {
      shortQuestions?.end();
      await Promise.all([points, lists, short].map((pool) => (pool === undefined || pool.ended ? undefined : pool.end())));
    },
  };
}

function openPool(
  { url, timeoutMs, connectMs = timeoutMs, statements }: PostgresSettings,
  max: number,
  manner: Pick<pg.PoolConfig, "pipeline"> = {},
): pg.Pool {
  const pool = new pg.Pool({
    ...manner,
    connectionString: url,
    stream: () => new OnePieceSocket(),
    max,
    application_name: "patchgap",
    keepAlive: true,
    connectionTimeoutMillis: connectMs,
    // Poolers refuse such settings for a connection: there they are made for each transaction.
    ...(statements === "named" ? { statement_timeout: timeoutMs, idle_in_transaction_session_timeout: timeoutMs + 5_000 } : {}),
    types: { getTypeParser },
  });
  // Connections that are lost while nobody uses them are replaced by the next that is needed; those in use fail what they are used for.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => void client.on("error", () => undefined));
  return pool;
}

const getTypeParser = ((oid: number, format?: "text" | "binary") => {
  if (format !== "binary" && oid === integer) return Number;
  if (format !== "binary" && oid === text) return decodeText;
  // Its texts are written as all are: whoever reads the list knows.
  if (format !== "binary" && oid === jsonb) return (json: string) => json;
  return pg.types.getTypeParser(oid, format as "text");
}) as typeof pg.types.getTypeParser;

/** A connection is used again when it answers that the transaction is ended; else nobody knows what it still waits for. */
async function inConnection<T>(pool: pg.Pool, settings: PostgresSettings, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isBroken = true;
  try {
    const result = await work(client);
    isBroken = false;
    return result;
  } catch (error) {
    isBroken = isConnectionLost(error) || isUnanswered(error) || isReadOnly(error) || !(await hasRolledBack(client, settings));
    throw error;
  } finally {
    client.release(isBroken);
  }
}

async function hasRolledBack(client: pg.PoolClient, settings: PostgresSettings): Promise<boolean> {
  try {
    await sendTo(client, settings, { text: "ROLLBACK" });
    return true;
  } catch {
    return false;
  }
}

async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const isWorthIt = isTakenBack(error) || (isConnectionLost(error) && attempt <= 2);
      if (!isWorthIt || attempt >= mostAttempts) throw error;
      await wait(Math.random() * 20 * 2 ** attempt);
    }
  }
}

const commit = { text: "COMMIT" };

/** The server's own timeout comes first; this one is for a server that says nothing at all. */
function silentMsOf({ timeoutMs }: PostgresSettings): number {
  return timeoutMs + 2_000;
}

function sendTo(client: pg.PoolClient, settings: PostgresSettings, query: pg.QueryConfig | pg.QueryArrayConfig): Promise<pg.QueryResult> {
  return sendQuery(client, query, silentMsOf(settings));
}

function begin(client: pg.PoolClient, settings: PostgresSettings, how: string, manner: WritingManner = {}): Promise<unknown> {
  const { timeoutMs, observe } = settings;
  observe?.(`BEGIN ISOLATION LEVEL ${how}`);
  const planning = manner.isByKey === true ? "; SET LOCAL enable_seqscan = off; SET LOCAL jit = off" : "";
  const text = `BEGIN ISOLATION LEVEL ${how}; SET LOCAL statement_timeout = ${Math.round(timeoutMs)}${planning}`;
  return sendTo(client, settings, { text });
}

function askingOn(client: pg.PoolClient, settings: PostgresSettings): Asking {
  return {
    all: async <R>(sql: string, values?: readonly Parameter[]) => (await send(client, settings, sql, values ?? [])).rows as R[],
    run: async (sql, values) => (await send(client, settings, sql, values ?? [])).rowCount ?? 0,
  };
}

function writingOn(client: pg.PoolClient, settings: PostgresSettings): Writing {
  return { ...askingOn(client, settings), add: (rows) => copy(client, settings, rows) };
}

async function copy(client: pg.PoolClient, settings: PostgresSettings, { table, columns, rows }: NewRows): Promise<void> {
  const sql = `COPY ${table} (${columns.join(", ")}) FROM STDIN`;
  settings.observe?.(sql);
  // The driver's own timeout: nothing hangs on the callback of a stream.
  await pipeline(copyText(rows), client.query(Object.assign(copyFrom(sql), { query_timeout: silentMsOf(settings) })));
}

async function longReading<T>(client: pg.PoolClient, settings: PostgresSettings, work: (asking: Asking) => Promise<T>): Promise<T> {
  await begin(client, settings, "REPEATABLE READ READ ONLY");
  const result = await work(askingOn(client, settings));
  await sendTo(client, settings, commit);
  return result;
}

interface Transaction<T> {
  readonly place: string;
  readonly manner: WritingManner;
  readonly work: (asking: Writing) => Promise<T>;
}

/** Every statement sees what was committed before it: whoever waits for a lock reads what the one before has written. */
async function transaction<T>(client: pg.PoolClient, settings: PostgresSettings, { place, manner, work }: Transaction<T>): Promise<T> {
  await begin(client, settings, "READ COMMITTED", manner);
  const result = await work(writingOn(client, settings));
  try {
    const { command } = await sendTo(client, settings, commit);
    if (command !== "COMMIT") throw new Error(`the database answered COMMIT with ${command}`);
  } catch (error) {
    throw error instanceof pg.DatabaseError && !isConnectionLost(error) ? error : unknownOutcome(place, error);
  }
  return result;
}

function unknownOutcome(place: string, cause: unknown): ProductError {
  return new ProductError("database", "the connection was lost while the database was committing: whether it has, is not known", {
    place: { source: place },
    hint: "Send the same again: what was taken already changes nothing.",
    cause,
  });
}

async function oneState(client: pg.PoolClient, settings: PostgresSettings, questions: readonly Question[]) {
  await begin(client, settings, "REPEATABLE READ READ ONLY");
  const answers: (readonly unknown[])[] = [];
  for (const { sql, values, isNamed } of questions) {
    settings.observe?.(sql);
    // Without a name: filters come in more forms than a server should remember.
    const query = { text: sql, values: values.map(toDriver), ...(isNamed === true ? {} : { rowMode: "array" as const }) };
    answers.push((await sendTo(client, settings, query)).rows);
  }
  await sendTo(client, settings, commit);
  return answers;
}

/** Lists that are longer are planned by what they hold: the plan under a name is one for ten. */
const fewElements = 50;
const named = new Map<string, { readonly name: string; uses: number }>();

/**
 * The server keeps the plan of a statement under its name, for ever: one that was made when tables were empty reads them from end to end however large they
 * have become (seen: 0.8 of 1.0 ms a device, in a load). So a statement has another name, and is planned anew, whenever it was sent twice as often.
 */
function nameOf(sql: string): string {
  const statement = named.get(sql) ?? { name: `p${createHash("sha256").update(sql).digest("hex").slice(0, 24)}`, uses: 0 };
  named.set(sql, statement);
  statement.uses++;
  return `${statement.name}_${Math.floor(Math.log2(statement.uses))}`;
}

function send(client: pg.PoolClient, settings: PostgresSettings, sql: string, values: readonly Parameter[]): Promise<pg.QueryResult> {
  return sendTo(client, settings, queryOf(settings, sql, values));
}

function queryOf(settings: PostgresSettings, sql: string, values: readonly Parameter[]): pg.QueryConfig {
  settings.observe?.(sql);
  const query = { text: sql, values: values.map(toDriver) };
  const isNamed = settings.statements === "named" && !values.some((value) => Array.isArray(value) && value.length > fewElements);
  return isNamed ? { ...query, name: nameOf(sql) } : query;
}

function toDriver(value: Parameter): unknown {
  if (typeof value === "string") return encodeText(value);
  if (Array.isArray(value)) return value.map((each) => toDriver(each as Parameter));
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return value;
}
