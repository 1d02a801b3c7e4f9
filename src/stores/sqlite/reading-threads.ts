import { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import { ProductError } from "../../domain/errors.ts";
import type { Statement } from "./device-list.ts";
import type { Rows } from "./read-together.ts";
import type { ReadingAnswer } from "./reading-thread.ts";

/** Reads a database file in threads of their own: a list of a large fleet takes a while, and SQLite cannot be asked to stop. */
export interface ReadingThreads {
  readonly read: (statements: readonly Statement[]) => Promise<readonly Rows[]>;
  readonly close: () => Promise<void>;
}

/** Two lists at once; a third waits. */
const mostThreads = 2;
/** So many may wait: past that the answer would come too late for anybody. */
const mostWaiting = 200;
const deadlineMs = 20_000;
const resourceLimits = { maxYoungGenerationSizeMb: 32 };

interface Job {
  readonly statements: readonly Statement[];
  readonly resolve: (rows: readonly Rows[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Threads start when they are first needed. */
export function startReadingThreads(file: string): ReadingThreads {
  const script = new URL(`./reading-thread${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);
  const idle: Worker[] = [];
  const busy = new Map<Worker, Job>();
  const waiting: Job[] = [];

  const start = (): Worker => {
    const worker = new Worker(script, { workerData: file, resourceLimits });
    worker.on("error", (error) => end(worker, error));
    worker.unref();
    return worker;
  };
  const end = (worker: Worker, error: unknown): void => {
    busy.get(worker)?.reject(error);
    busy.delete(worker);
    void worker.terminate();
    next();
  };
  const next = (): void => {
    while (waiting.length > 0 && busy.size < mostThreads) {
      const job = waiting.shift();
      if (job !== undefined) run(idle.pop() ?? start(), job);
    }
  };
  const run = (worker: Worker, job: Job): void => {
    busy.set(worker, job);
    worker.ref();
    const timer = setTimeout(() => end(worker, tooSlow()), deadlineMs);
    worker.once("message", (answer: ReadingAnswer) => {
      clearTimeout(timer);
      if (!busy.delete(worker)) return;
      worker.unref();
      idle.push(worker);
      if ("rows" in answer) job.resolve(answer.rows);
      else job.reject(new Database.SqliteError(answer.message, answer.code));
      next();
    });
    worker.postMessage(job.statements);
  };
  const read = (statements: readonly Statement[]): Promise<readonly Rows[]> =>
    new Promise((resolve, reject) => {
      if (waiting.length >= mostWaiting) reject(tooMany());
      else waiting.push({ statements, resolve, reject });
      next();
    });
  const close = async (): Promise<void> => {
    for (const job of waiting.splice(0)) job.reject(new ProductError("busy", "the server is stopping"));
    await Promise.all([...idle.splice(0), ...busy.keys()].map((worker) => worker.terminate()));
  };
  return { read, close };
}

function tooSlow(): ProductError {
  return new ProductError("busy", `the query took longer than ${deadlineMs / 1000} seconds`, {
    hint: "Ask for less at a time, or simplify the filter.",
  });
}

function tooMany(): ProductError {
  return new ProductError("busy", "too many lists are being read at once", { hint: "Try again in a moment." });
}
