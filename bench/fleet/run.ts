/**
 * `npm run fleet -- --devices N --postures M --seed S`: a made-up fleet to measure with, a native inventory a line (docs/scale.md).
 * The lines go to standard output or into a file, what they are to standard error.
 */
import { createWriteStream } from "node:fs";
import { parseArgs } from "node:util";
import { fleetKnowledge } from "./fleet-knowledge.ts";
import { fleetLines } from "./fleet-lines.ts";
import { writeFleet } from "./write-fleet.ts";

const usage = `usage: npm run fleet -- [--devices 10000] [--postures 300] [--seed 1] [--data DIR] [--release-history FILE] [--out FILE]
  --data DIR              draw from what this installation knows (after "patchgap sync --data DIR"); without it updates are made up
  --release-history FILE  previews and out-of-band builds beside the catalog's
  --out FILE              write there instead of to standard output
`;

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number > 0) return number;
  throw new Error(`--${name} "${text}" is no whole number from 1 to 999999999`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      devices: { type: "string", default: "10000" },
      postures: { type: "string", default: "300" },
      seed: { type: "string", default: "1" },
      data: { type: "string" },
      "release-history": { type: "string" },
      out: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  const wish = {
    devices: wholeNumber("devices", values.devices),
    postures: wholeNumber("postures", values.postures),
    seed: wholeNumber("seed", values.seed),
  };
  const { catalog, words } = await fleetKnowledge({ data: values.data, releaseHistory: values["release-history"] });
  const out = values.out === undefined ? process.stdout : createWriteStream(values.out);
  const started = performance.now();
  const tally = await writeFleet(fleetLines(catalog, wish), out);
  if (out !== process.stdout) await new Promise<void>((resolve) => void out.end(() => resolve()));
  const seconds = (performance.now() - started) / 1000;
  const rate = Math.round(tally.devices / seconds);
  process.stderr.write(`drawn from ${words}\n${tally.table()}\n${seconds.toFixed(1)} s, ${rate} lines/s\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 2;
}
