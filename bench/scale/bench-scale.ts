/** `npm run bench -- scale`: how everything grows with the fleet, on each kind of database. docs/scale.md says what is measured and how. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { corpusFolder, documentsOf } from "../corpus.ts";
import { scaleChart } from "./chart.ts";
import { openPostgresPlace, type Place, sqlitePlace } from "./database.ts";
import { type FleetFile, writeFleetFile } from "./fleet-file.ts";
import { growthOf, growthSentences } from "./growth.ts";
import { makeKnowledge } from "./knowledge.ts";
import { measureSize } from "./measure-size.ts";
import { type Figures, isKept, STEPS } from "./steps.ts";
import { scaleTables } from "./table.ts";

const usage = `usage: npm run bench -- scale [--devices 10000,100000,1000000] [--database sqlite,postgresql] [--postures 20000] [--figures FILE] [--chart FILE]
  --figures FILE  keep the figures there, beside those of earlier runs: table and chart show all of them
  --chart FILE    write the chart there instead of to docs/scale.svg
`;

interface Wish {
  readonly sizes: readonly number[];
  readonly databases: readonly string[];
  readonly postures: number;
  readonly figuresFile: string | undefined;
  readonly chartFile: string;
}

/** Measures, prints a table and what grows too fast, and writes the chart. The exit code: 1 where a limit is missed, 2 for wrong use. */
export async function benchScale(args: readonly string[]): Promise<number> {
  let wish: Wish;
  try {
    wish = readWish(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  let figures = keptFigures(wish.figuresFile);
  await measureAll(wish, (one) => {
    figures = [...figures.filter(({ database, devices }) => database !== one.database || devices !== one.devices), one];
    if (wish.figuresFile !== undefined) writeFileSync(wish.figuresFile, `${JSON.stringify(figures, null, 1)}\n`);
  });
  writeFileSync(wish.chartFile, scaleChart(figures));
  console.log(`${scaleTables(figures)}\n\n${growthSentences(growthOf(figures)).join("\n")}\n\nchart: ${wish.chartFile}`);
  return figures.every(({ values, devices }) => STEPS.every((step) => isKept(step, values[step.key] ?? Number.NaN, devices) ?? true))
    ? 0
    : 1;
}

function readWish(args: readonly string[]): Wish {
  const { values } = parseArgs({
    args: [...args],
    options: {
      devices: { type: "string", default: "10000,100000,1000000" },
      database: { type: "string", default: "sqlite,postgresql" },
      postures: { type: "string", default: "20000" },
      figures: { type: "string" },
      chart: { type: "string", default: fileURLToPath(new URL("../../docs/scale.svg", import.meta.url)) },
    },
  });
  const databases = values.database.split(",").filter((name) => name !== "");
  for (const name of databases)
    if (name !== "sqlite" && name !== "postgresql") throw new Error(`--database "${name}" is neither sqlite nor postgresql`);
  const sizes = values.devices.split(",").filter((text) => text !== "");
  return {
    sizes: sizes.map((text) => wholeNumber("devices", text)),
    databases,
    postures: wholeNumber("postures", values.postures),
    figuresFile: values.figures,
    chartFile: values.chart,
  };
}

/** Ten millions have names of their own in a made-up fleet. */
function wholeNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,7}$/.test(text) && Number(text) <= 10_000_000) return Number(text);
  throw new Error(`--${name} "${text}" is no whole number from 1 to 10000000`);
}

function keptFigures(file: string | undefined): readonly Figures[] {
  return file === undefined || !existsSync(file) ? [] : (JSON.parse(readFileSync(file, "utf8")) as readonly Figures[]);
}

async function measureAll({ sizes, databases, postures }: Wish, keep: (figures: Figures) => void): Promise<void> {
  if (sizes.length === 0) return;
  const workFolder = mkdtempSync(join(tmpdir(), "patchgap-bench-"));
  try {
    const documents = corpusFolder(workFolder);
    process.stderr.write(`${documentsOf(documents).length} documents\n`);
    const knowledge = makeKnowledge(documents, workFolder);
    for (const name of databases)
      await onPlace(name, async (place) => {
        for (const devices of sizes) {
          const fleet = fleetFile(workFolder, { devices, postures, data: knowledge.whole });
          keep(await measureSize(place, fleet, knowledge, workFolder));
          // A million lines take a gigabyte: what no other database needs goes.
          if (databases.length === 1 || name === databases.at(-1)) rmSync(fleet.file);
        }
      });
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}

async function onPlace(name: string, work: (place: Place) => Promise<void>): Promise<void> {
  const place = name === "sqlite" ? sqlitePlace : await openPostgresPlace();
  try {
    await work(place);
  } finally {
    await place.close();
  }
}

function fleetFile(workFolder: string, wish: { readonly devices: number; readonly postures: number; readonly data: string }): FleetFile {
  const file = join(workFolder, `fleet-${wish.devices}.ndjson`);
  return existsSync(file) ? { file, devices: wish.devices } : writeFleetFile(file, wish);
}
