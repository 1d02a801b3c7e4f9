import type { Fix, UpdateDocument } from "../src/domain/catalog/document.ts";
import { printMonth } from "../src/domain/windows/day.ts";

/** Products of one line of updates, and what their fixed builds begin with. */
interface MadeUpLine {
  readonly products: readonly string[];
  readonly fixedBuild?: (month: number) => string;
  readonly subType: string;
}

const bits = ["x64-based Systems", "ARM64-based Systems"];
const clients: readonly (readonly [build: number, name: string])[] = [
  [17763, "Windows 10 Version 1809"],
  [19044, "Windows 10 Version 21H2"],
  [19045, "Windows 10 Version 22H2"],
  [22621, "Windows 11 Version 22H2"],
  [22631, "Windows 11 Version 23H2"],
  [26100, "Windows 11 Version 24H2"],
];
const servers: readonly (readonly [build: number, name: string])[] = [
  [14393, "Windows Server 2016"],
  [20348, "Windows Server 2022"],
];
const systems = [
  ...clients.map(([build, name]) => ({ build, products: bits.map((architecture) => `${name} for ${architecture}`) })),
  ...servers.map(([build, name]) => ({ build, products: [name, `${name} (Server Core installation)`] })),
];

const lines: readonly MadeUpLine[] = [
  ...systems.map(({ build, products }) => ({
    products,
    fixedBuild: (month: number) => `10.0.${build}.${1000 + month * 40}`,
    subType: "Security Update",
  })),
  ...systems.map(({ products }) => ({
    products: products.map((product) => `Microsoft .NET Framework 3.5 AND 4.8.1 on ${product}`),
    subType: "Monthly Rollup",
  })),
  ...["Monthly Rollup", "Security Only"].map((subType) => ({
    products: ["Windows Server 2012 R2", "Windows Server 2012 R2 (Server Core installation)"],
    subType,
  })),
  {
    products: ["Microsoft SQL Server 2019 for x64-based Systems (GDR)"],
    fixedBuild: (month) => `15.0.${2100 + month}.1`,
    subType: "Security Update",
  },
];

const MONTHS = 72;
const FIRST_MONTH = 2020 * 12;
const CVES = 60;

/** Six years of a hundred CVEs a month on the systems that are common today: the size of the real documents, none of their content. */
export function madeUpDocuments(): UpdateDocument[] {
  return Array.from({ length: MONTHS }, (_, index) => madeUpDocument(index));
}

function madeUpDocument(index: number): UpdateDocument {
  const month = FIRST_MONTH + index;
  const day = `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}-11`;
  const names = lines.flatMap(({ products }) => products);
  const ids = new Map(names.map((name, place) => [name, String(place + 1)]));
  const fixes = lines.map((line, place): Fix => {
    return {
      kb: kbOf(index, place),
      productIds: line.products.map((name) => ids.get(name) ?? ""),
      subType: line.subType,
      supersedes: index === 0 ? [] : [kbOf(index - 1, place)],
      fixedBuild: line.fixedBuild?.(index) ?? "",
    };
  });
  return {
    id: printMonth(month),
    month,
    title: `${printMonth(month)} made-up updates`,
    revision: "1",
    initialRelease: `${day}T08:00:00Z`,
    currentRelease: `${day}T08:00:00Z`,
    products: [...ids].map(([name, id]) => [id, name] as const),
    vulnerabilities: Array.from({ length: CVES }, (_, number) => ({
      cve: `CVE-${Math.floor(month / 12)}-${10_000 + index * CVES + number}`,
      title: "made up",
      published: day,
      exploited: number === 0,
      severities: [["1", "Important"] as const],
      fixes,
    })),
    warnings: [],
  };
}

function kbOf(index: number, line: number): string {
  return String(5_000_000 + index * 100 + line);
}
