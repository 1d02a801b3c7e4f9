import type { CvrfHeaderField } from "./cvrf-document.ts";
import type { CvrfDraft } from "./cvrf-draft.ts";

/** Attributes by written name; absent ones are undefined. */
export type Attributes = Readonly<Record<string, string | undefined>>;

/** What patchgap does with an element; elements without a rule are passed over with all that is in them. */
export interface ElementRule {
  /** rules of the elements inside, by local name */
  readonly inside: ReadonlyMap<string, ElementRule>;
  /** false: this one is passed over */
  readonly begin?: (draft: CvrfDraft, attributes: Attributes) => boolean;
  /** present where the text counts */
  readonly text?: (draft: CvrfDraft, text: string, line: number) => void;
}

type Inside = Readonly<Record<string, ElementRule>>;

const noElements: ReadonlyMap<string, ElementRule> = new Map();

function group(inside: Inside, begin?: ElementRule["begin"]): ElementRule {
  return { inside: new Map(Object.entries(inside)), ...(begin === undefined ? {} : { begin }) };
}

function leaf(text: (draft: CvrfDraft, text: string, line: number) => void): ElementRule {
  return { inside: noElements, text };
}

/** A field of the head: the first one counts, and where it stands is remembered. */
function header(field: CvrfHeaderField, set: (draft: CvrfDraft, text: string) => void): ElementRule {
  return leaf((draft, text, line) => {
    if (draft.document.lines.has(field)) return;
    draft.document.lines.set(field, line);
    set(draft, text);
  });
}

const tracking = group({
  Identification: group({
    ID: header("ID", ({ document }, text) => {
      document.id = text;
    }),
    Alias: leaf(({ document }, text) => {
      document.alias = text;
    }),
  }),
  RevisionHistory: group({
    Revision: group({
      Number: leaf(({ document }, text, line) => {
        document.revisions.push(text);
        document.lines.set("RevisionHistory", line);
      }),
    }),
  }),
  InitialReleaseDate: header("InitialReleaseDate", ({ document }, text) => {
    document.initialRelease = text;
  }),
  CurrentReleaseDate: header("CurrentReleaseDate", ({ document }, text) => {
    document.currentRelease = text;
  }),
});

function productTree(): ElementRule {
  const inside = new Map<string, ElementRule>();
  const branch: ElementRule = { inside };
  inside.set("Branch", branch);
  inside.set("FullProductName", {
    inside: noElements,
    begin: (draft, attributes) => {
      draft.productId = attributes["ProductID"] ?? "";
      return true;
    },
    text: (draft, text) => draft.document.products.push([draft.productId, text]),
  });
  return branch;
}

const threat = group(
  {
    Description: leaf((draft, text) => {
      draft.threat.description = text;
    }),
    ProductID: leaf((draft, text) => draft.threat.productIds.push(text)),
  },
  (draft, attributes) => draft.beginThreat(attributes["Type"]),
);

const score = group(
  {
    BaseScore: leaf((draft, text) => {
      draft.score.base = text;
    }),
    Vector: leaf((draft, text) => {
      draft.score.vector = text;
    }),
  },
  (draft) => {
    draft.beginScore();
    return true;
  },
);

const remediation = group(
  {
    Description: leaf((draft, text) => {
      draft.remediation.description = text;
    }),
    ProductID: leaf((draft, text) => draft.remediation.productIds.push(text)),
    Supercedence: leaf((draft, text) => {
      draft.remediation.supercedence = text;
    }),
    SubType: leaf((draft, text) => {
      draft.remediation.subType = text;
    }),
    FixedBuild: leaf((draft, text) => {
      draft.remediation.fixedBuild = text;
    }),
  },
  (draft, attributes) => draft.beginRemediation(attributes["Type"]),
);

const vulnerability = group(
  {
    Title: leaf((draft, text) => {
      draft.vulnerability.title = text;
    }),
    CVE: leaf((draft, text) => {
      draft.vulnerability.cve = text;
    }),
    ProductStatuses: group({
      Status: group({ ProductID: leaf((draft, text) => draft.vulnerability.affected.push(text)) }),
    }),
    Threats: group({ Threat: threat }),
    CVSSScoreSets: group({ ScoreSet: score }),
    Remediations: group({ Remediation: remediation }),
    RevisionHistory: group({ Revision: group({ Date: leaf((draft, text) => draft.vulnerability.revisionDates.push(text)) }) }),
  },
  (draft) => {
    draft.beginVulnerability();
    return true;
  },
);

/** The elements of a CVRF document that patchgap reads, below its root. */
export const documentRule: ElementRule = group({
  DocumentTitle: leaf(({ document }, text) => {
    document.title = text;
  }),
  DocumentTracking: tracking,
  ProductTree: productTree(),
  Vulnerability: vulnerability,
});
