import type { CatalogSummary } from "../app/missing-report.ts";
import type { Severity } from "../domain/catalog/document.ts";
import type { OperatingSystem } from "../domain/fleet/inventory.ts";
import type { Colours } from "./colours.ts";

/** The knowledge behind an answer, in two sentences. */
export function printKnowledge({ revision, documents, newest, absent }: CatalogSummary, age: string): string {
  const gaps = absent.length === 0 ? "" : ` Absent: ${absent.join(", ")}.`;
  return `Catalog revision ${revision}: ${count(documents, "document")}, the newest ${newest ?? "none"}. ${age}${gaps}`.trimEnd();
}

/** `Microsoft Windows 10 Pro 22H2 x64 10.0.19045.2965`, as far as it is known. */
export function printSystem({ caption, version, build, ubr, displayVersion, installationType, architecture }: OperatingSystem): string {
  const number = [version ?? (build !== undefined && build >= 10_240 ? "10.0" : undefined), build, ubr];
  const core = installationType === "Server Core" && !/core/i.test(caption ?? "") ? "(Server Core)" : undefined;
  const parts = [caption, core, displayVersion, architecture, number.filter((part) => part !== undefined).join(".")];
  return parts.filter((part) => part !== undefined && part !== "").join(" ");
}

/** Notes are written as parts of sentences; one may begin with the name of a field (`installedKbs`), which stays as it is. */
export function sentence(note: string): string {
  const isWord = /^[a-z]+\b/.test(note);
  const text = isWord ? note.charAt(0).toUpperCase() + note.slice(1) : note;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** How a severity is coloured. */
export function severityColour(severity: Severity | null, colours: Colours): (text: string) => string {
  if (severity === "Critical") return colours.red;
  return severity === "Important" ? colours.yellow : (text) => text;
}

/** `1 device`, `2 devices` */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
