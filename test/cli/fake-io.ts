import type { Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/run.ts";

export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface World {
  readonly stdin?: string | Uint8Array;
  readonly environment?: Io["environment"];
  /** width of the terminal; absent: output goes into a pipe */
  readonly terminal?: number;
  /** whether messages go to a terminal; as the output where absent */
  readonly stderrTerminal?: number;
  readonly now?: string;
}

/** Runs one command line in this process, in a world made for it. */
export async function runIn(world: World, ...argv: readonly string[]): Promise<Ran> {
  const written = { stdout: "", stderr: "" };
  const output = (name: keyof typeof written, columns: number | undefined): Io["stdout"] => ({
    write: (text) => {
      written[name] += text;
    },
    isTerminal: columns !== undefined,
    columns,
  });
  const stdin = typeof world.stdin === "string" ? new TextEncoder().encode(world.stdin) : (world.stdin ?? new Uint8Array());
  const exit = await run(argv, {
    stdout: output("stdout", world.terminal),
    stderr: output("stderr", world.stderrTerminal ?? world.terminal),
    stdin: async function* () {
      yield stdin;
    },
    environment: world.environment ?? {},
    now: () => new Date(world.now ?? "2026-03-31T12:00:00Z"),
  });
  return { exit, ...written };
}
