import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageFolder } from "../../src/compose.ts";

/** What `npm start` does where there is nothing yet: the sample, served by a process of its own. */
export interface FirstStart {
  /** signs in once */
  readonly link: string;
  /** asks the API with the token that was printed */
  readonly ask: (path: string) => Promise<{ readonly json: { readonly value: readonly { readonly id: string }[] } }>;
  readonly stop: () => Promise<void>;
}

export async function firstStart(): Promise<FirstStart> {
  const data = mkdtempSync(join(tmpdir(), "patchgap-first-"));
  const program = join(packageFolder, "bin", "patchgap");
  const started = spawn(process.execPath, [program, "start", "--data", data, "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stop = async (): Promise<void> => {
    if (started.exitCode === null && started.kill()) await once(started, "exit");
    rmSync(data, { recursive: true, force: true });
  };
  let text = "";
  for await (const chunk of started.stdout) {
    text += chunk;
    // The last line of the welcome.
    if (/^ {2}npm start .*\n/m.test(text)) break;
  }
  const [link, token] = [/http:\S+\/ui\/sign-in#\S+/.exec(text)?.[0], /Bearer (\S+)"/.exec(text)?.[1]];
  if (link === undefined || token === undefined) {
    await stop();
    throw new Error(`neither link nor token was printed: ${text}`);
  }
  const ask: FirstStart["ask"] = async (path) => {
    const answer = await fetch(new URL(path, link), { headers: { Authorization: `Bearer ${token}` } });
    return { json: await answer.json() };
  };
  return { link, ask, stop };
}
