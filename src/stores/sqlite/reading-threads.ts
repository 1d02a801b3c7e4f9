import { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import { ProductError } from "../../domain/errors.ts";
import type { Statement } from "../sql/device-list.ts";
import { gatherRows, type Rows } from "./read-together.ts";
import type { GivenRows, ReadingEnd } from "./reading-thread.ts";

/** Reads a database file in threads of their own: a list of a large fleet takes a while, and SQLite cannot be asked to stop. */
export interface ReadingThreads {
  readonly read: (statements: readonly Statement[]) => Promise<readonly Rows[]>;
  /** whether what is asked for now is read at once */
  readonly areFree: () => boolean;
  /** refuses what is asked for from now on, what waits and what is being read */
  readonly close: () => Promise<void>;
}

/** How long a query may take, and how many may wait: past that the answer would come too late for anybody. */
export interface ReadingLimits {
  readonly deadlineMs: number;
  readonly mostWaiting: number;
}

/** Two lists at once; a third waits. */
const mostThreads = 2;
const usualLimits: ReadingLimits = { deadlineMs: 20_000, mostWaiting: 200 };
/** A thread holds some hundred rows at a time. */
const resourceLimits = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 };

interface Job {
  readonly statements: readonly Statement[];
  readonly gathered: ReturnType<typeof gatherRows>;
  readonly resolve: (rows: readonly Rows[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Threads start when they are first needed. One counts until it has ended: told to end it still works on what it is at. */
export function startReadingThreads(file: string, limits: ReadingLimits = usualLimits): ReadingThreads {
  const threads = new Set<Worker>();
  const idle = new Set<Worker>();
  const waiting: Job[] = [];
  const running = new Map<Worker, Job & { readonly timer: NodeJS.Timeout }>();
  let isClosed = false;

  const settle = (worker: Worker, how: (job: Job) => void): void => {
    const job = running.get(worker);
    running.delete(worker);
    clearTimeout(job?.timer);
    if (job !== undefined) how(job);
  };
  const refuse = (worker: Worker, error: unknown): void => settle(worker, (job) => job.reject(error));
  const run = (worker: Worker, job: Job): void => {
    const timer = setTimeout(() => {
      refuse(worker, tooSlow(limits));
      void worker.terminate();
    }, limits.deadlineMs);
    running.set(worker, { ...job, timer });
    worker.ref();
    worker.postMessage(job.statements);
  };
  const next = (): void => {
    while (waiting.length > 0 && isOneFree(idle, threads)) {
      const [worker = start()] = idle;
      idle.delete(worker);
      for (const job of waiting.splice(0, 1)) run(worker, job);
    }
  };
  const start = (): Worker => {
    const worker = startThread(file, {
      gave: ({ statement, rows }) => running.get(worker)?.gathered.take(statement, rows),
      answered: (answer) => {
        if (!running.has(worker)) return;
        idle.add(worker);
        worker.unref();
        settle(worker, (job) => answerJob(job, answer));
        next();
      },
      failed: (error) => refuse(worker, error),
      ended: () => {
        for (const set of [threads, idle]) set.delete(worker);
        refuse(worker, hasEnded());
        next();
      },
    });
    threads.add(worker);
    return worker;
  };
  const read = (statements: readonly Statement[]): Promise<readonly Rows[]> =>
    new Promise((resolve, reject) => {
      if (isClosed || waiting.length >= limits.mostWaiting) reject(isClosed ? stopping() : tooMany());
      else waiting.push({ statements, gathered: gatherRows(statements.length), resolve, reject });
      next();
    });
  const close = async (): Promise<void> => {
    isClosed = true;
    for (const job of waiting.splice(0)) job.reject(stopping());
    for (const worker of [...running.keys()]) refuse(worker, stopping());
    await Promise.all([...threads].map((worker) => worker.terminate()));
  };
  return { read, areFree: () => !isClosed && waiting.length === 0 && isOneFree(idle, threads), close };
}

function isOneFree(idle: ReadonlySet<Worker>, threads: ReadonlySet<Worker>): boolean {
  return idle.size > 0 || threads.size < mostThreads;
}

/** What a thread gives may have been refused a moment before: then it is about to end. */
interface ThreadEvents {
  readonly gave: (some: GivenRows) => void;
  readonly answered: (answer: ReadingEnd) => void;
  readonly failed: (error: unknown) => void;
  readonly ended: () => void;
}

function startThread(file: string, { gave, answered, failed, ended }: ThreadEvents): Worker {
  const script = new URL(`./reading-thread${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);
  const hear = (answer: GivenRows | ReadingEnd): void => ("rows" in answer ? gave(answer) : answered(answer));
  return new Worker(script, { workerData: file, resourceLimits }).on("message", hear).on("error", failed).on("exit", ended);
}

function answerJob({ gathered, resolve, reject }: Job, answer: ReadingEnd): void {
  if ("message" in answer) reject(new Database.SqliteError(answer.message, answer.code));
  else resolve(gathered.rows);
}

function tooSlow({ deadlineMs }: ReadingLimits): ProductError {
  return new ProductError("busy", `the query took longer than ${deadlineMs / 1000} seconds`, {
    hint: "Ask for less at a time, or simplify the filter.",
  });
}

function tooMany(): ProductError {
  return new ProductError("busy", "too many lists are being read at once", { hint: "Try again in a moment." });
}

function stopping(): ProductError {
  return new ProductError("busy", "the server is stopping");
}

function hasEnded(): ProductError {
  return new ProductError("busy", "the thread that read the list has ended", { hint: "Try again in a moment." });
}
