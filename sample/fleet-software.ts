import type { Chance } from "./seeded-chance.ts";
import { applicationUpdates, type Month, months, type System } from "./updates.ts";

/** An entry of an inventory's software. */
export interface Software {
  readonly vendor: string;
  readonly name: string;
  readonly version: string;
}

/** What other vendors make: known by name, and never assessed. */
const others: readonly (readonly [vendor: string, name: string, ...versions: string[]])[] = [
  ["mozilla", "Mozilla Firefox", "148.0", "147.0.1", "140.8.0"],
  ["igor_pavlov", "7-Zip", "25.01", "24.09", "23.01"],
  ["google", "Google Chrome", "145.0.7632.117", "144.0.7559.110"],
  ["notepad++", "Notepad++", "8.9.1", "8.6.2"],
  ["videolan", "VLC media player", "3.0.23", "3.0.20"],
  ["adobe", "Adobe Acrobat Reader", "25.001.20997", "24.005.20320"],
];

/** One or two of them on a client, fewer on a server. */
export function otherSoftware(chance: Chance, isServer: boolean): readonly Software[] {
  const start = chance.below(others.length);
  const wanted = isServer ? chance.below(2) : 1 + chance.below(2);
  return Array.from({ length: wanted }, (_, index) => {
    const [vendor, name, ...versions] = others[(start + index) % others.length] ?? ["", "", ""];
    return { vendor, name, version: versions[Math.min(chance.below(4), versions.length - 1)] ?? "" };
  });
}

/** SQL Server by the system below it, with the version before the sample's first update. */
const sqlLines: Readonly<Partial<Record<System, readonly (readonly [product: RegExp, name: string, before: string])[]>>> = {
  s19: [
    [/SQL Server 2019 .*\(GDR\)/, "Microsoft SQL Server 2019 for x64-based Systems (GDR)", "15.0.2145.1"],
    [/SQL Server 2019 .*\(CU/, "Microsoft SQL Server 2019 for x64-based Systems (CU 32)", "15.0.4430.1"],
  ],
  s22: [
    [/SQL Server 2022 .*\(GDR\)/, "Microsoft SQL Server 2022 for x64-based Systems (GDR)", "16.0.1150.1"],
    [/SQL Server 2022 .*\(CU/, "Microsoft SQL Server 2022 for x64-based Systems (CU 21)", "16.0.4215.2"],
  ],
};

/** A database server's engine, patched up to a month; restarts are dreaded, so it is often behind its system. */
export function sqlServer(chance: Chance, system: System, upTo: Month | undefined): readonly Software[] {
  const lines = sqlLines[system] ?? [];
  const line = lines[chance.below(lines.length)];
  if (line === undefined) return [];
  const [product, name, before] = line;
  const installed = updatesUpTo(upTo).filter(({ products }) => products.some((each) => product.test(each)));
  const newest = installed.at(chance.percent(40) ? -2 : -1);
  return [{ vendor: "microsoft", name: newest?.products[0] ?? name, version: newest?.version ?? before }];
}

/** An application that Windows Installer patches, and its patches where they are listed. */
export interface Msi {
  readonly software: readonly Software[];
  readonly msiPatchKbs?: readonly string[];
}

/** Office as Windows Installer patches it: its KBs stand in a list of their own, which now and then nobody asked for. */
export function officeMsi(chance: Chance, upTo: Month | undefined): Msi {
  const software = [{ vendor: "microsoft", name: "Microsoft Office Professional Plus 2016", version: "16.0.4266.1001" }];
  if (chance.percent(15)) return { software };
  const patches = updatesUpTo(upTo).filter(({ products }) => products.some((name) => / 2016 \(/.test(name)));
  return { software, msiPatchKbs: patches.map(({ kb }) => `KB${kb}`) };
}

/** A runtime that developers install, and forget. */
export function dotNet(chance: Chance): readonly Software[] {
  const version = ["9.0.13", "9.0.9"][chance.below(2)] ?? "";
  return [{ vendor: "microsoft", name: ".NET 9.0 installed on Windows", version }];
}

/** Undefined: from before the sample's first month. */
function updatesUpTo(month: Month | undefined): typeof applicationUpdates {
  const known = month === undefined ? [] : months.slice(0, months.indexOf(month) + 1);
  return applicationUpdates.filter((update) => known.includes(update.month));
}
