import type { Config } from "../config/config.ts";
import type { Io } from "./io.ts";
import type { Messages } from "./messages.ts";

/** What a command gets. */
export interface CommandContext {
  readonly config: Config;
  readonly io: Io;
  readonly messages: Messages;
  /** arguments that belong to no option */
  readonly names: readonly string[];
}

/** A command answers with its exit code. */
export type RunCommand = (context: CommandContext) => Promise<number>;
