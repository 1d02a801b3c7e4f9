import type { StormReport } from "./storm.ts";

/** A storm as a table. */
export function printReport({ tally, seconds, devices, acknowledgements }: StormReport): string {
  const rows = tally.counts.map(([kind, outcomes]) => {
    const said = [...outcomes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([outcome, count]) => `${outcome}: ${count}`);
    return `${kind.padEnd(44)} ${said.join(", ")}`;
  });
  const { revisions, violations } = tally;
  return [
    `${Math.round(seconds)} s, ${devices} devices, ${acknowledgements} inventories acknowledged, ${revisions.length} catalog revisions answered from`,
    "",
    ...rows,
    "",
    ...violations.map(({ rule, count, example }) => `VIOLATION, ${count} times: ${rule}\n  ${example}`),
    violations.length === 0 ? "nothing happened that must not" : `${violations.length} rules broken`,
  ].join("\n");
}
