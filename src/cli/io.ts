import { exitCodes } from "./exit-codes.ts";

/** What the command line touches of the world; tests hand in their own. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** standard input, read when a command asks for it */
  readonly stdin: () => AsyncIterable<Uint8Array>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
}

export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** width in characters; undefined where it is no terminal */
  readonly columns: number | undefined;
}

/** The process's own. */
export function processIo(): Io {
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    stdin: () => process.stdin,
    environment: process.env,
    now: () => new Date(),
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // A reader that leaves early (`| head`) is no error of ours, and where standard error fails there is nobody left to tell.
    if (error.code === "EPIPE" || stream !== process.stdout) return;
    const reason = error.code === "ENOSPC" ? "there is no space left" : (error.code ?? error.message);
    process.stderr.write(`patchgap: the result could not be written to standard output: ${reason}\n`);
    process.exit(exitCodes.couldNot);
  });
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY === true,
    // Some terminals do not know their width and say 0.
    columns: stream.isTTY === true && stream.columns > 0 ? stream.columns : undefined,
  };
}
