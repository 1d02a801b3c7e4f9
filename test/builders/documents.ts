import type { UpdateDocument, Vulnerability } from "../../src/domain/catalog/document.ts";
import { ProductError } from "../../src/domain/errors.ts";
import type { UpdateFeed } from "../../src/feeds/feed.ts";

/** A small document; a test names only what matters to it. */
export function aDocument(facts: Partial<UpdateDocument> = {}): UpdateDocument {
  return {
    id: "2026-Jan",
    month: 2026 * 12,
    title: "January 2026 Security Updates",
    revision: "1",
    initialRelease: "2026-01-13T08:00:00Z",
    currentRelease: "2026-01-13T08:00:00Z",
    products: [["1", "Windows 11 Version 24H2 for x64-based Systems"]],
    vulnerabilities: [aVulnerability()],
    warnings: [],
    ...facts,
  };
}

/** One CVE with one fix for each KB. */
export function aVulnerability(cve = "CVE-2026-0001", kbs: readonly string[] = ["5074109"]): Vulnerability {
  const fixes = kbs.map((kb) => ({ kb, productIds: ["1"], subType: "Security Update", supersedes: [], fixedBuild: "10.0.26100.7623" }));
  return { cve, title: "made up", published: "2026-01-13", exploited: false, severities: [["1", "Important"]], fixes };
}

/** As many CVEs, one fix each. */
export function vulnerabilities(count: number, kb = "5074109"): Vulnerability[] {
  return Array.from({ length: count }, (_, index) => aVulnerability(`CVE-2026-${1000 + index}`, [kb]));
}

/** A feed over documents in memory; an error in their place is what reading it throws. */
export function aFeed(entries: readonly (UpdateDocument | ProductError)[]): UpdateFeed {
  return {
    name: "memory",
    list: async () =>
      entries.map((entry, index) => ({ location: `${index}:${entry instanceof ProductError ? "bad" : entry.id}`, bytes: 10 })),
    read: async ({ location }) => {
      const entry = entries[Number.parseInt(location, 10)];
      if (entry === undefined || entry instanceof ProductError) throw entry ?? new Error("no such document");
      return { document: entry, digest: "0".repeat(64), bytes: 10 };
    },
  };
}
