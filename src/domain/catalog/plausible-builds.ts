import { parseVersion } from "../windows/version.ts";
import { withoutTypingErrors } from "./fixed-build.ts";
import type { CatalogUpdate } from "./update.ts";

/**
 * Takes out the typing errors in the fixed builds of one product: on a line they rise from month to month.
 * Hotpatches count apart from cumulative updates; applications have versions where systems have revisions.
 */
export function withPlausibleBuilds(updates: readonly CatalogUpdate[]): CatalogUpdate[] {
  const revision = (update: CatalogUpdate): number | null => update.revision;
  const withoutRevision = (update: CatalogUpdate): CatalogUpdate => ({ ...update, revision: null });
  const withoutVersion = (update: CatalogUpdate): CatalogUpdate => ({ ...update, version: null });
  let result = [...updates];
  for (const isInLine of [isSystemLine, isHotpatch, isDotNetLine]) result = rising(result, isInLine, revision, withoutRevision);
  return rising(result, ({ line }) => line === "application", versionNumber, withoutVersion);
}

function rising(
  updates: CatalogUpdate[],
  isInLine: (update: CatalogUpdate) => boolean,
  numberOf: (update: CatalogUpdate) => number | null,
  withoutNumber: (update: CatalogUpdate) => CatalogUpdate,
): CatalogUpdate[] {
  const line = updates.filter(isInLine).sort((a, b) => a.month - b.month || (numberOf(a) ?? 0) - (numberOf(b) ?? 0));
  const plausible = withoutTypingErrors(line.map(numberOf));
  const wrong = new Set(line.filter((update, index) => numberOf(update) !== null && plausible[index] === null));
  return updates.map((update) => (wrong.has(update) ? withoutNumber(update) : update));
}

function isSystemLine(update: CatalogUpdate): boolean {
  return update.line === "os" && (update.kind === "cumulative" || update.kind === "rollup");
}

function isHotpatch(update: CatalogUpdate): boolean {
  return update.kind === "hotpatch";
}

function isDotNetLine(update: CatalogUpdate): boolean {
  return update.line === "net" && (update.kind === "cumulative" || update.kind === "rollup");
}

/** Versions as numbers that compare alike: every part of Microsoft's four-part versions is below 100,000, the second below 100. */
function versionNumber(update: CatalogUpdate): number | null {
  const [major = 0, minor = 0, build = 0, revision = 0] = (update.version === null ? undefined : parseVersion(update.version)) ?? [];
  return update.version === null ? null : ((major * 100 + minor) * 100_000 + build) * 100_000 + revision;
}

/** An update without a word of its own that stops at a hotpatch's very build goes with that hotpatch, not with the cumulative updates (KB5074204). */
export function hotpatchCompanions(updates: readonly CatalogUpdate[]): CatalogUpdate[] {
  const builds = new Set(updates.filter(isHotpatch).map((update) => update.revision));
  builds.delete(null);
  return updates.map((update) =>
    update.kind === "cumulative" && update.line === "os" && update.revision !== null && builds.has(update.revision)
      ? { ...update, kind: "companion" as const }
      : update,
  );
}
