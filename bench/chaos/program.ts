import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** The sources, which Node.js runs as they are. */
const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** Starts the program on a database; its errors go to the file that `log` is. A password is in no command line. */
export function startProgram(database: string, args: readonly string[], log: number): ChildProcess {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("PATCHGAP_"));
  const env = { ...Object.fromEntries(own), PATCHGAP_DATABASE: database };
  return spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", log], env });
}

/** Runs the program to its end. */
export async function runProgram(database: string, args: readonly string[], log: number): Promise<string> {
  const child = startProgram(database, args, log);
  let said = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`patchgap ${args[0]} ended with ${code}`);
  return said;
}
