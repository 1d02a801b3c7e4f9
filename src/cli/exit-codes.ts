import type { ErrorCode } from "../domain/errors.ts";

/** What the exit code of every command says. */
export const exitCodes: ExitCodes = { fine: 0, somethingMissing: 1, wrongUse: 2, couldNot: 3, partly: 4 };

interface ExitCodes {
  readonly fine: 0;
  /** under --fail-on-missing only */
  readonly somethingMissing: 1;
  /** or input that cannot be read */
  readonly wrongUse: 2;
  /** file, network, database, no knowledge yet */
  readonly couldNot: 3;
  readonly partly: 4;
}

/** Complete by type: a new error code does not compile until it has its exit code. */
export const exitCodeOf: Readonly<Record<ErrorCode, number>> = {
  usage: exitCodes.wrongUse,
  "unreadable-input": exitCodes.wrongUse,
  "too-large": exitCodes.wrongUse,
  file: exitCodes.couldNot,
  network: exitCodes.couldNot,
  database: exitCodes.couldNot,
  busy: exitCodes.couldNot,
  "no-catalog": exitCodes.couldNot,
} satisfies Record<ErrorCode, number>;
