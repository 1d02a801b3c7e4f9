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
import {
  flagOf,
  fleetSettings,
  globalSettings,
  ingestSettings,
  missingSettings,
  rolesSettings,
  type Setting,
  serveSettings,
  signInSettings,
  syncSettings,
  tenantAddSettings,
  tenantSettings,
  variableOf,
} from "../config/settings.ts";
import { ProductError } from "../domain/errors.ts";
import type { RunCommand } from "./command.ts";
import { exitCodeOf, exitCodes } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { messagesFor, printError } from "./messages.ts";
import { readInput } from "./read-input.ts";
import { visible } from "./visible-text.ts";

/** Commands are loaded when they are called: starting up must stay cheap. */
interface CommandEntry {
  /** one word, or that of a group and its own */
  readonly name: string;
  readonly argument?: string;
  readonly summary: string;
  readonly settings: readonly Setting[];
  readonly load: () => Promise<RunCommand>;
}

const commands: readonly CommandEntry[] = [
  {
    name: "sync",
    summary: "bring update knowledge in",
    settings: syncSettings,
    load: async () => (await import("./commands/sync.ts")).sync,
  },
  {
    name: "missing",
    argument: "[device...]",
    summary: "say which updates devices are missing",
    settings: missingSettings,
    load: async () => (await import("./commands/missing.ts")).missing,
  },
  {
    name: "ingest",
    argument: "[file...]",
    summary: "store inventories of devices",
    settings: ingestSettings,
    load: async () => (await import("./commands/ingest.ts")).ingest,
  },
  {
    name: "devices",
    summary: "list the stored devices and how they stand",
    settings: fleetSettings,
    load: async () => (await import("./commands/devices.ts")).devices,
  },
  {
    name: "fleet",
    summary: "say which updates the stored devices are missing, and how many miss each",
    settings: fleetSettings,
    load: async () => (await import("./commands/fleet.ts")).fleet,
  },
  {
    name: "tenant list",
    summary: "list the tenants",
    settings: [],
    load: async () => (await import("./commands/tenant.ts")).tenantList,
  },
  {
    name: "tenant add",
    argument: "<alias>",
    summary: "make a tenant",
    settings: tenantAddSettings,
    load: async () => (await import("./commands/tenant.ts")).tenantAdd,
  },
  {
    name: "client add",
    argument: "<name>",
    summary: "make a client and show its secret, this once",
    settings: rolesSettings,
    load: async () => (await import("./commands/client.ts")).clientAdd,
  },
  {
    name: "client list",
    summary: "list the clients of a tenant",
    settings: tenantSettings,
    load: async () => (await import("./commands/client.ts")).clientList,
  },
  {
    name: "client revoke",
    argument: "<client-id>",
    summary: "end a client and the tokens it has",
    settings: [],
    load: async () => (await import("./commands/client.ts")).clientRevoke,
  },
  {
    name: "token",
    summary: "print a token for trying things out",
    settings: rolesSettings,
    load: async () => (await import("./commands/token.ts")).token,
  },
  {
    name: "sign-in",
    summary: "print a link that signs in at the page, once",
    settings: signInSettings,
    load: async () => (await import("./commands/sign-in.ts")).signIn,
  },
  {
    name: "migrate-store",
    argument: "<from> <to>",
    summary: "move everything into an empty database, SQLite or PostgreSQL",
    settings: [],
    load: async () => (await import("./commands/migrate-store.ts")).migrateStoreCommand,
  },
  {
    name: "serve",
    summary: "answer Defender's API over the stored devices, and keep the knowledge up to date",
    settings: serveSettings,
    load: async () => (await import("./commands/serve.ts")).serve,
  },
  {
    name: "start",
    summary: "serve what is there; where nothing is, the bundled sample with a line to try",
    settings: serveSettings,
    load: async () => (await import("./commands/start.ts")).start,
  },
];

/** What commands of two words are about. */
const groups: Readonly<Record<string, string>> = {
  tenant: "tenants: whose devices they are",
  client: "clients of the built-in issuer: programs that may ask for tokens",
};

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
