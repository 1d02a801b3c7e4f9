import { columnRole, type HotfixRow, machineRank } from "./hotfix-rows.ts";

/** Whether a text lists properties: `HotFixID=KB4483452` (wmic /format:list) or `HotFixID      : KB4483452` (Format-List). */
export function looksLikeProperties(text: string): boolean {
  return /^HotFixID[ \t]{0,40}[:=]/im.test(text);
}

/** Rows of property lists. A record ends where a name comes again: wmic's CR CR LF puts blank lines everywhere. */
export function* readProperties(lines: readonly string[]): Generator<HotfixRow> {
  let record = new Map<string, Property>();
  for (const [index, text] of lines.entries()) {
    const at = text.search(/[:=]/);
    const name = at <= 0 ? "" : text.slice(0, at).trim();
    if (name === "" || /^\s/.test(text)) continue;
    if (record.has(name.toLowerCase())) {
      yield* rowOf(record);
      record = new Map();
    }
    record.set(name.toLowerCase(), { name, value: text.slice(at + 1).trim(), line: index + 1 });
  }
  yield* rowOf(record);
}

interface Property {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

function* rowOf(record: ReadonlyMap<string, Property>): Generator<HotfixRow> {
  const properties = [...record.values()];
  const id = properties.find((property) => columnRole(property.name) === "id");
  if (id === undefined) return;
  const machines = properties.filter((property) => columnRole(property.name) === "machine" && property.value !== "");
  const [machine] = machines.sort((a, b) => machineRank(a.name) - machineRank(b.name));
  const servicePack = properties.find((property) => columnRole(property.name) === "service-pack");
  yield { line: id.line, id: id.value, machine: machine?.value, servicePack: servicePack?.value };
}
