import { growthOf, isTooFast, sizeWords } from "./growth.ts";
import { type Figures, isKept, STEPS, type Step } from "./steps.ts";

/** A table in Markdown, for each database: a row a step, a column a size, then how it grew. */
export function scaleTables(figures: readonly Figures[]): string {
  const databases = [...new Set(figures.map(({ database }) => database))];
  return databases.map((database) => tableOf(figures.filter((each) => each.database === database))).join("\n\n");
}

function tableOf(figures: readonly Figures[]): string {
  const sizes = [...figures].sort((a, b) => a.devices - b.devices);
  const growth = growthOf(sizes);
  const head = [sizes[0]?.database ?? "", ...sizes.map(({ devices }) => `${sizeWords(devices)}`), "limit", "exponents"];
  const rows = STEPS.filter(({ key }) => sizes.some(({ values }) => values[key] !== undefined)).map((step) => [
    `${step.title.trim()}${step.unit === "" || step.unit === "x" ? "" : `, ${step.unit}`}`,
    ...sizes.map(({ values, devices }) => cell(step, values[step.key], devices)),
    limitWords(step),
    growth
      .filter((grown) => grown.step.key === step.key)
      .map((grown) => `${grown.exponent.toFixed(2)}${isTooFast(grown) ? " (!)" : ""}`)
      .join(", "),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

function cell(step: Step, value: number | undefined, devices: number): string {
  if (value === undefined) return "";
  const kept = isKept(step, value, devices);
  return `${shown(step, value)}${kept === undefined ? "" : kept ? " ok" : " **TOO MUCH**"}`;
}

function shown({ unit }: Step, value: number): string {
  if (unit === "x") return value.toFixed(2);
  const digits = value < 10 && (unit === "s" || unit === "ms") ? (value < 1 ? 2 : 1) : 0;
  return value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",");
}

function limitWords({ limit, unit }: Step): string {
  if (limit === undefined) return "";
  const words = "atMost" in limit ? `at most ${limit.atMost}` : `at least ${limit.atLeast}`;
  return unit === "x" ? words : `${words} ${unit}`;
}
