/** What Microsoft released for a few products from November 2025 to March 2026: true and public facts (MSRC), and few of many. */

export const months = ["2025-Nov", "2025-Dec", "2026-Jan", "2026-Feb", "2026-Mar"] as const;
export type Month = (typeof months)[number];

/** A month's cumulative update of a system. */
export interface CumulativeUpdate {
  readonly kb: string;
  /** the revision it brings */
  readonly ubr: number;
  /** absent where MSRC says none */
  readonly supersedes?: string;
  /** its smaller companion for devices enrolled for hotpatching; none in the first month of a quarter */
  readonly hotpatch?: { readonly kb: string; readonly ubr: number; readonly supersedes?: string };
}

export interface SystemFacts {
  readonly build: number;
  /** as MSRC names them */
  readonly products: readonly string[];
  readonly updates: Readonly<Record<Month, CumulativeUpdate>>;
  /** revisions from before the sample, newest first, with the KB that brought them; the last is what an installation starts with */
  readonly before: readonly { readonly ubr: number; readonly kb?: string }[];
}

export type System = "w10" | "w23" | "w24" | "s16" | "s19" | "s22";

function ofMonths(kbs: string, ubrs: string, first: string, unnamed?: Month): Record<Month, CumulativeUpdate> {
  const [kb, ubr] = [kbs.split(" "), ubrs.split(" ")];
  const update = (month: Month, index: number): CumulativeUpdate => {
    const supersedes = index === 0 ? first : kb[index - 1];
    return { kb: kb[index] ?? "", ubr: Number(ubr[index]), ...(month === unnamed || supersedes === undefined ? {} : { supersedes }) };
  };
  return Object.fromEntries(months.map((month, index) => [month, update(month, index)])) as Record<Month, CumulativeUpdate>;
}

type Hotpatches = Partial<Record<Month, Required<CumulativeUpdate>["hotpatch"]>>;

function withHotpatches(updates: Record<Month, CumulativeUpdate>, hotpatches: Hotpatches): Record<Month, CumulativeUpdate> {
  const entries = months.map((month) => [month, { ...updates[month], ...(month in hotpatches ? { hotpatch: hotpatches[month] } : {}) }]);
  return Object.fromEntries(entries) as Record<Month, CumulativeUpdate>;
}

function desktopAndCore(name: string): readonly string[] {
  return [name, `${name} (Server Core installation)`];
}

export const systems: Readonly<Record<System, SystemFacts>> = {
  w10: {
    build: 19045,
    products: ["Windows 10 Version 22H2 for x64-based Systems"],
    updates: ofMonths("5068781 5071546 5073724 5075912 5078885", "6575 6691 6809 6937 7058", "5066791"),
    before: [{ ubr: 5965, kb: "5060533" }, { ubr: 4780, kb: "5041580" }, { ubr: 3930, kb: "5034122" }, { ubr: 2130 }],
  },
  w23: {
    build: 22631,
    products: ["Windows 11 Version 23H2 for x64-based Systems"],
    updates: ofMonths("5068865 5071417 5073455 5075941 5078883", "6199 6345 6491 6649 6783", "5066793"),
    before: [{ ubr: 5624, kb: "5062552" }, { ubr: 4169, kb: "5043076" }, { ubr: 2428 }],
  },
  w24: {
    build: 26100,
    products: ["Windows 11 Version 24H2 for x64-based Systems"],
    updates: withHotpatches(ofMonths("5068861 5072033 5074109 5077181 5079473", "7171 7462 7623 7840 8037", "5066835"), {
      "2025-Nov": { kb: "5068966", ubr: 7092 },
      "2025-Dec": { kb: "5072014", ubr: 7392, supersedes: "5068966" },
      "2026-Feb": { kb: "5077212", ubr: 7781 },
      "2026-Mar": { kb: "5079420", ubr: 7979, supersedes: "5077212" },
    }),
    before: [{ ubr: 6899, kb: "5066835" }, { ubr: 4061, kb: "5058411" }, { ubr: 863 }],
  },
  s16: {
    build: 14393,
    products: desktopAndCore("Windows Server 2016"),
    updates: ofMonths("5068864 5071543 5073722 5075999 5078938", "8594 8688 8783 8868 8957", "5066836", "2026-Feb"),
    before: [{ ubr: 8246, kb: "5062560" }, { ubr: 7699, kb: "5049993" }, { ubr: 6614, kb: "5034119" }, { ubr: 0 }],
  },
  s19: {
    build: 17763,
    products: desktopAndCore("Windows Server 2019"),
    updates: ofMonths("5068791 5071544 5073723 5075904 5078752", "8027 8146 8276 8389 8511", "5066586", "2026-Feb"),
    before: [{ ubr: 7314, kb: "5058392" }, { ubr: 6659, kb: "5048661" }, { ubr: 5206, kb: "5033371" }, { ubr: 1 }],
  },
  s22: {
    build: 20348,
    products: desktopAndCore("Windows Server 2022"),
    updates: withHotpatches(ofMonths("5068787 5071547 5073457 5075906 5078766", "4405 4529 4648 4773 4893", "5066782"), {
      "2025-Nov": { kb: "5068840", ubr: 4346 },
      "2025-Dec": { kb: "5071413", ubr: 4467, supersedes: "5068840" },
      "2026-Feb": { kb: "5075943", ubr: 4711 },
      "2026-Mar": { kb: "5078737", ubr: 4830, supersedes: "5075943" },
    }),
    before: [{ ubr: 3091, kb: "5049983" }, { ubr: 2227, kb: "5034129" }, { ubr: 169 }],
  },
};

/** An update of an application. */
export interface ApplicationUpdate {
  readonly kb: string;
  readonly month: Month;
  readonly products: readonly string[];
  readonly version: string;
  readonly supersedes?: string;
}

function application(month: Month, kb: string, products: readonly string[], version: string, supersedes?: string): ApplicationUpdate {
  return { month, kb, products, version, ...(supersedes === undefined ? {} : { supersedes }) };
}

function office(program: string): readonly string[] {
  return ["32", "64"].map((bits) => `Microsoft ${program} 2016 (${bits}-bit edition)`);
}

function sqlServer(year: number, line: string): readonly string[] {
  return [`Microsoft SQL Server ${year} for x64-based Systems (${line})`];
}

function dotNet(version: string): readonly string[] {
  return [`.NET ${version} installed on Windows`];
}

const [excel, word, suite] = [office("Excel"), office("Word"), office("Office")];

export const applicationUpdates: readonly ApplicationUpdate[] = [
  application("2025-Nov", "5002811", excel, "16.0.5526.1002", "5002794"),
  application("2025-Nov", "5002809", suite, "16.0.5526.1000", "5002792"),
  application("2025-Nov", "5068404", sqlServer(2019, "CU 32"), "15.0.4455.2"),
  application("2025-Nov", "5068405", sqlServer(2019, "GDR"), "15.0.2155.2"),
  application("2025-Nov", "5068406", sqlServer(2022, "CU 21"), "16.0.4222.2"),
  application("2025-Nov", "5068407", sqlServer(2022, "GDR"), "16.0.1160.1"),
  application("2025-Dec", "5002820", excel, "16.0.5530.1000", "5002811"),
  application("2025-Dec", "5002806", word, "16.0.5530.1000", "5002789"),
  application("2025-Dec", "5002819", suite, "16.0.5530.1001", "5002809"),
  application("2026-Jan", "5002831", excel, "16.0.5535.1000", "5002820"),
  application("2026-Jan", "5002829", word, "16.0.5535.1000", "5002806"),
  application("2026-Jan", "5002826", suite, "16.0.5535.1000", "5002819"),
  application("2026-Jan", "5002713", suite, "16.0.5539.1001", "5002573"),
  application("2026-Jan", "5072936", sqlServer(2022, "CU 22"), "16.0.4230.2", "5068450"),
  application("2026-Jan", "5073031", sqlServer(2022, "GDR"), "16.0.1165.1", "5068407"),
  application("2026-Feb", "5002837", excel, "16.0.5539.1002", "5002831"),
  application("2026-Feb", "5002839", word, "16.0.5539.1002", "5002829"),
  application("2026-Feb", "5077863", dotNet("8.0"), "8.0.24"),
  application("2026-Feb", "5077864", dotNet("9.0"), "9.0.13"),
  application("2026-Mar", "5002849", excel, "16.0.5543.1000", "5002837"),
  application("2026-Mar", "5002838", suite, "16.0.5543.1000", "5002826"),
  application("2026-Mar", "5077469", sqlServer(2019, "CU 32"), "15.0.4460.4"),
  application("2026-Mar", "5077470", sqlServer(2019, "GDR"), "15.0.2160.4", "5068405"),
  application("2026-Mar", "5077464", sqlServer(2022, "CU 23"), "16.0.4240.4"),
  application("2026-Mar", "5077465", sqlServer(2022, "GDR"), "16.0.1170.5", "5073031"),
  application("2026-Mar", "5081278", dotNet("9.0"), "9.0.14"),
];
