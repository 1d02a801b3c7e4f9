import { readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import {
  type Config,
  checkOptions,
  makeConfig,
  misspeltVariables,
  readConfigFile,
  readEnvironment,
  type Values,
} from "../config/config.ts";
import { flagOf, globalSettings, type Setting, variableOf } from "../config/settings.ts";
import { ProductError } from "../domain/errors.ts";
import { type CommandEntry, commands, groups } from "./all-commands.ts";
import { exitCodeOf, exitCodes } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { messagesFor, printError } from "./messages.ts";
import { readInput } from "./read-input.ts";
import { visible } from "./visible-text.ts";

/** Runs one command line and answers with the exit code; nothing else is touched but what `io` holds. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const call = parseCommandLine(argv, io);
    if (call === undefined) return exitCodes.fine;
    const config = await configure(call.options, io);
    const messages = messagesFor(io.stderr, config);
    for (const { variable, nearest } of misspeltVariables(io.environment)) {
      messages.warn(`there is no variable ${variable}, so it is not heeded. Did you mean ${nearest}?`);
    }
    const command = await call.command.load();
    return await command({ config, io, messages, names: call.names });
  } catch (error) {
    return explainFailure(error, io);
  }
}

interface Call {
  readonly command: CommandEntry;
  readonly names: readonly string[];
  readonly options: Values;
}

function parseCommandLine(argv: readonly string[], io: Io): Call | undefined {
  let call: Call | undefined;
  const program = new Command("patchgap")
    .description("Knows which Microsoft security updates every Windows device of a fleet is missing.")
    .version(readVersion(), "-V, --version", "print the version")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text), outputError: () => undefined })
    .exitOverride();
  addOptions(program, globalSettings);
  for (const entry of commands) {
    const words = entry.name.split(" ");
    const [word = entry.name] = words.slice(-1);
    const command = (words.length === 1 ? program : groupOf(program, words[0] ?? "")).command(word).description(entry.summary);
    if (entry.argument !== undefined) command.arguments(entry.argument);
    addOptions(command, entry.settings).action(() => {
      call = { command: entry, names: command.args, options: command.optsWithGlobals() };
    });
  }
  program.parse([...argv], { from: "user" });
  return call;
}

function groupOf(program: Command, name: string): Command {
  return program.commands.find((command) => command.name() === name) ?? program.command(name).description(groups[name] ?? "");
}

function addOptions(command: Command, settings: readonly Setting[]): Command {
  for (const { name, kind, placeholder, choices, help } of settings) {
    if (kind === "objects") continue;
    const one = ` <${placeholder}>`;
    const value = { text: one, number: one, list: ` <${placeholder}...>`, "switch-or-list": ` [${placeholder}...]`, switch: "" }[kind];
    const listed = choices === undefined ? "" : `: ${choices.join(", ")}`;
    command.addOption(new Option(`${flagOf(name)}${value}`, `${help}${listed} [${variableOf(name)}]`));
  }
  return command;
}

async function configure(given: Values, io: Io): Promise<Config> {
  const { version: _, ...options } = given;
  const checked = checkOptions(options);
  const environment = readEnvironment(io.environment);
  const file = checked["config"] ?? environment["config"];
  const settings = typeof file === "string" ? readConfigFile(new TextDecoder().decode(await readInput(file, io)), file) : {};
  return makeConfig(checked, environment, settings);
}

function explainFailure(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return explainUsage(error, io);
  if (error instanceof ProductError) {
    io.stderr.write(`patchgap: ${visible(printError(error))}\n`);
    return exitCodeOf[error.code];
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(`patchgap: unexpected failure, please report it\n${text.split("\n").map(visible).join("\n")}\n`);
  return exitCodes.couldNot;
}

/** Commander throws for help and version as well, having printed them. */
function explainUsage(error: CommanderError, io: Io): number {
  if (error.exitCode === 0) return exitCodes.fine;
  if (error.code !== "commander.help") {
    const message = error.message.replace(/^error: /, "").replaceAll("\n", " ");
    const isLost = error.code === "commander.unknownCommand" && !message.includes("Did you mean");
    const known = isLost ? `. Commands: ${commands.map(({ name }) => name).join(", ")}; --help says more.` : "";
    const order = error.code === "commander.missingArgument" ? ". It stands before options that take several values." : "";
    io.stderr.write(`patchgap: ${visible(message)}${known}${order}\n`);
  }
  return exitCodes.wrongUse;
}

function readVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
