import type { DeviceReport, MissingReport } from "../app/missing-report.ts";
import type { Explanation, MissingUpdate } from "../domain/assessment/assessment.ts";
import type { Colours } from "./colours.ts";
import { count, printKnowledge, printSystem, sentence, severityColour } from "./phrases.ts";
import { cut, pad, widthOf, wrap } from "./text-layout.ts";
import { visible } from "./visible-text.ts";

export interface TableStyle {
  /** columns of the terminal */
  readonly width: number;
  readonly colours: Colours;
  /** say why each update is listed */
  readonly isExplained: boolean;
  /** how old the knowledge is, in a sentence */
  readonly age: string;
}

const indent = "  ";
const kbWidth = 11;
/** where the names of updates begin */
const nameColumn = 62;
const leastNameWidth = 16;

/** The answer for people: a block for each device, then the totals and the knowledge behind it. */
export function printMissingTable(report: MissingReport, style: TableStyle): string {
  const blocks = report.devices.map((device) => printDevice(device, style));
  return [...blocks, printTotals(report, style)].map((lines) => `${lines.join("\n")}\n`).join("\n");
}

function printDevice(device: DeviceReport, style: TableStyle): string[] {
  const { bold } = style.colours;
  const heading = [device.deviceName === "" ? "(no name)" : device.deviceName, printSystem(device.os)].map(visible);
  return [
    bold(cut(heading.filter((part) => part !== "").join("  "), style.width)),
    ...printStatus(device, style),
    ...(device.missing === null || device.missing.length === 0 ? [] : printUpdates(device.missing, style)),
    ...apart((device.explanations ?? []).flatMap((explanation) => printExplanation(explanation, style))),
    ...apart(device.notes.flatMap((note) => hang("Note: ", sentence(note), style))),
  ];
}

/** With an empty line before, where there is anything. */
function apart(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? lines : ["", ...lines];
}

function printStatus({ status, missing, asOf, notes, pendingRestart }: DeviceReport, style: TableStyle): string[] {
  const { red, green, yellow } = style.colours;
  const restart = pendingRestart ? yellow(" A restart is due.") : "";
  if (missing === null) {
    const reason = notes.length === 0 ? " No reason is known." : "";
    return [`${yellow(status === "assessed" ? "unknown" : status)} as of ${asOf}: what is missing cannot be said.${reason}${restart}`];
  }
  if (missing.length === 0) return [`${green("nothing missing")} as of ${asOf}.${restart}`];
  return [`${red(`${count(missing.length, "update")} missing`)} as of ${asOf}.${restart}`];
}

function printUpdates(missing: readonly MissingUpdate[], style: TableStyle): string[] {
  const head = `${pad("KB", kbWidth, "right")}Released    Severity   Exploited   CVEs  Closes${style.width - nameColumn < leastNameWidth ? "" : "  Update"}`;
  return ["", style.colours.dim(indent + head), ...missing.flatMap((update) => printUpdate(update, style))];
}

function printUpdate(update: MissingUpdate, style: TableStyle): string[] {
  const { bold, red, dim } = style.colours;
  const cells = [
    bold(pad(`KB${visible(update.id)}`, kbWidth, "right")),
    pad(update.releasedOn, 12, "right"),
    severityColour(update.severity, style.colours)(pad(update.severity ?? "-", 11, "right")),
    update.exploited ? red(pad("yes", 9, "right")) : pad("no", 9, "right"),
    pad(String(update.distinctCves), 7, "left"),
    pad(String(update.cumulativeCves), 8, "left"),
  ];
  const below = indent.length + kbWidth;
  const under = (text: string): string[] => wrap(visible(text), Math.max(20, style.width - below)).map((line) => " ".repeat(below) + line);
  const [name = "", ...moreOfName] = printName(update, style);
  return [
    `${indent}${cells.join("")}${name}`,
    ...moreOfName,
    ...printDetails(update, style.width - below).map(([spaces, line]) => " ".repeat(below + spaces) + dim(line)),
    ...(style.isExplained ? under(update.why) : []),
  ];
}

/** Beside the numbers, broken at words; below them where a terminal is too narrow for that. */
function printName(update: MissingUpdate, { width }: TableStyle): string[] {
  const room = width - nameColumn;
  const isBeside = room >= leastNameWidth;
  const start = isBeside ? nameColumn : indent.length + kbWidth;
  const [first = "", ...more] = wrap(visible(update.name), width - start).map((line) => " ".repeat(start) + line);
  return isBeside ? [`  ${first.trimStart()}`, ...more] : ["", first, ...more];
}

/** Lines with their shift to the right. A link is never broken or cut: where there is no room it moves to the left, and then over the edge. */
function printDetails({ productsNames, url }: MissingUpdate, room: number): readonly (readonly [spaces: number, line: string])[] {
  const products = productsNames.map(visible).join(", ");
  const link = visible(url);
  if (widthOf(`${products}  ${link}`) <= room) return [[0, `${products}  ${link}`]];
  const lines = wrap(products, Math.max(20, room)).map((line) => [0, line] as const);
  return [...lines, [Math.max(-(indent.length + kbWidth), Math.min(0, room - widthOf(link))), link]];
}

const verdictWords: Readonly<Record<Explanation["verdict"], string>> = {
  missing: "missing",
  satisfied: "not missing",
  "not-applicable": "does not concern this device",
  "not-chosen": "not to be installed",
  unknown: "unknown",
};

function printExplanation({ kb, verdict, why }: Explanation, style: TableStyle): string[] {
  return hang(`KB${visible(kb)}: `, `${verdictWords[verdict]}. ${sentence(why)}`, style);
}

function printTotals({ catalog, devices }: MissingReport, style: TableStyle): string[] {
  const missing = devices.reduce((sum, device) => sum + (device.missing?.length ?? 0), 0);
  const behind = devices.filter((device) => (device.missing?.length ?? 0) > 0).length;
  const unclear = devices.filter((device) => device.missing === null).length;
  const parts = [count(devices.length, "device"), `${behind} with missing updates (${missing} in all)`];
  if (unclear > 0) parts.push(`${unclear} that cannot be judged`);
  return [
    ...(devices.length > 1 ? wrap(`${parts.join(", ")}.`, style.width) : []),
    ...wrap(printKnowledge(catalog, style.age), style.width).map(style.colours.dim),
  ];
}

function hang(label: string, text: string, { width }: TableStyle): string[] {
  const lines = wrap(visible(text), Math.max(20, width - indent.length - label.length));
  return lines.map((line, index) => indent + (index === 0 ? label : " ".repeat(label.length)) + line);
}
