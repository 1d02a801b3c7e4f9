import type { InventoryFragment } from "./format.ts";
import { kbsNamedIn } from "./kb-entry.ts";
import type { ProblemList } from "./problem-list.ts";

/** Whether a text is a list of servicing packages, as `dism /online /get-packages` prints it. */
export function looksLikePackages(text: string): boolean {
  return /\bPackage_for_[A-Za-z0-9]{1,40}~31bf3856ad364e35~/.test(text);
}

/** States of a package that is in effect, as `dism /english` spells them. */
const IN_EFFECT = /\b(?:Installed|Superseded)\b/i;
const NOT_IN_EFFECT = /\b(?:Staged|Install Pending|Uninstall Pending|Removed|Not Present|Partially Installed|Resolved)\b/i;

/**
 * Reads servicing packages. The cumulative update stands among them without its KB (`Package_for_RollupFix`), so this list alone
 * does not show it; its build is noted.
 */
export function readPackages(lines: readonly string[], problems: ProblemList): InventoryFragment {
  const kbs = new Set<string>();
  const rollups = new Set<string>();
  for (const name of packagesInEffect(lines, problems)) {
    for (const kb of kbsNamedIn(name.replace("Package_for_", " "))) kbs.add(kb);
    const rollup = /^Package_for_RollupFix~.*~(\d{1,6}\.\d{1,6})\.[\d.]+$/.exec(name)?.[1];
    if (rollup !== undefined) rollups.add(rollup);
  }
  const notes = [
    `DISM names the cumulative update by its build (${[...rollups].join(", ") || "none"}), not by its KB: give the revision (UBR) too`,
  ];
  return { installedKbs: kbs.size === 0 && rollups.size === 0 ? null : [...kbs], notes };
}

function* packagesInEffect(lines: readonly string[], problems: ProblemList): Generator<string> {
  for (const [index, text] of lines.entries()) {
    const name = /\bPackage_for_[^\s|]{1,200}/.exec(text)?.[0];
    if (name === undefined) continue;
    const state = stateOf(lines, index, text);
    if (state === "in effect") yield name;
    if (state === "unknown") problems.add("the state of the package is not understood, and the package was left out", { line: index + 1 });
  }
}

/** In a table the state stands on the same line, in a list on the next; dism without `/english` translates it. */
function stateOf(lines: readonly string[], index: number, text: string): "in effect" | "not in effect" | "unknown" {
  const state = text.includes("|") ? (text.split("|")[1] ?? "") : (lines[index + 1] ?? "");
  if (NOT_IN_EFFECT.test(state)) return "not in effect";
  return IN_EFFECT.test(state) ? "in effect" : "unknown";
}
