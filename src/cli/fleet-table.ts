import type { DeviceLine, DevicesReport, FleetReport, FleetUpdate } from "../app/fleet-report.ts";
import type { Colours } from "./colours.ts";
import { type Column, printColumns } from "./columns.ts";
import { count, printKnowledge, printSystem, sentence, severityColour } from "./phrases.ts";
import { wrap } from "./text-layout.ts";
import { visible } from "./visible-text.ts";

export interface FleetStyle {
  /** columns of the terminal; undefined: as wide as need be */
  readonly width: number | undefined;
  readonly colours: Colours;
  /** how old the knowledge is, in a sentence */
  readonly age: string;
}

/** The stored devices for people: a line each, then the totals and the knowledge behind it. */
export function printDevicesTable(report: DevicesReport, style: FleetStyle): string {
  const { devices, asOf } = report;
  const behind = devices.filter(({ missing }) => missing !== null && missing > 0).length;
  const unclear = devices.filter(({ missing }) => missing === null).length;
  const totals = `${count(devices.length, "device")} as of ${asOf}: ${behind} with missing updates${unclearWords(unclear)}.`;
  return printReport(report, printColumns(devices, deviceColumns(style.colours), { ...style, head: style.colours.dim }), totals, style);
}

/** The fleet's missing updates for people: a line each, then the totals and the knowledge behind it. */
export function printFleetTable(report: FleetReport, style: FleetStyle): string {
  const { devices, missing, asOf } = report;
  const lines = missing.length === 0 ? [] : printColumns(missing, updateColumns(style.colours), { ...style, head: style.colours.dim });
  const unclear = devices.unknown + devices.unsupported;
  const totals = `${count(missing.length, "update")} missing as of ${asOf}, on ${devices.withMissing} of ${count(devices.total, "device")}${unclearWords(unclear)}.`;
  return printReport(report, lines, totals, style);
}

function unclearWords(unclear: number): string {
  return unclear === 0 ? "" : `, ${unclear} that cannot be judged`;
}

function printReport(
  { catalog, notes }: Pick<FleetReport, "catalog" | "notes">,
  lines: readonly string[],
  totals: string,
  style: FleetStyle,
): string {
  const below = [...notes.map((note) => `Note: ${sentence(note)}`), printKnowledge(catalog, style.age)];
  const width = style.width ?? 120;
  const rest = [totals, ...below.flatMap((text) => wrap(text, width)).map(style.colours.dim)];
  return `${[...lines, ...(lines.length === 0 ? [] : [""]), ...rest].join("\n")}\n`;
}

function deviceColumns(colours: Colours): Column<DeviceLine>[] {
  return [
    { head: "Device", cell: ({ deviceName }) => visible(deviceName), isElastic: true, colour: () => colours.bold },
    { head: "System", cell: ({ os }) => visible(printSystem(os)), isElastic: true },
    { head: "Last seen", cell: ({ lastSeen }) => `${lastSeen.slice(0, 10)} ${lastSeen.slice(11, 16)}` },
    { head: "Status", cell: ({ status }) => status, colour: ({ missing }) => (missing === null ? colours.yellow : plain) },
    {
      head: "Missing",
      cell: ({ missing }) => (missing === null ? "?" : String(missing)),
      isNumber: true,
      colour: ({ missing }) => (missing === 0 ? colours.green : missing === null ? colours.yellow : colours.red),
    },
    { head: "Worst", cell: ({ severity }) => severity ?? "-", colour: ({ severity }) => severityColour(severity, colours) },
  ];
}

function updateColumns(colours: Colours): Column<FleetUpdate>[] {
  return [
    { head: "KB", cell: ({ id }) => `KB${visible(id)}`, colour: () => colours.bold },
    { head: "Released", cell: ({ releasedOn }) => releasedOn },
    { head: "Severity", cell: ({ severity }) => severity ?? "-", colour: ({ severity }) => severityColour(severity, colours) },
    {
      head: "Exploited",
      cell: ({ exploited }) => (exploited ? "yes" : "no"),
      colour: ({ exploited }) => (exploited ? colours.red : plain),
    },
    { head: "Devices", cell: ({ machineMissedOn }) => String(machineMissedOn), isNumber: true },
    { head: "Update", cell: ({ name }) => visible(name), isElastic: true },
    { head: "For", cell: ({ productsNames }) => visible(productsNames.join(", ")), isElastic: true, colour: () => colours.dim },
  ];
}

function plain(text: string): string {
  return text;
}
