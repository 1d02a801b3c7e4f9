import fc from "fast-check";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import type { InstalledSoftware, Inventory, OperatingSystem } from "../../src/domain/fleet/inventory.ts";
import { printDay } from "../../src/domain/windows/day.ts";
import { identifySystem } from "../../src/domain/windows/operating-system.ts";
import { aDevice } from "../cases/ask.ts";

const CLIENTS = [10240, 10586, 14393, 15063, 16299, 17134, 17763, 18363, 19041, 19045, 22000, 22621, 22631, 26100, 26200, 28000];
const SERVERS: readonly (readonly [build: number, name: string])[] = [
  [14393, "2016"],
  [17763, "2019"],
  [20348, "2022"],
  [26100, "2025"],
  [9600, "2012 R2"],
  [9200, "2012"],
  [7601, "2008 R2"],
  [6003, "2008"],
];

const SYSTEMS: readonly OperatingSystem[] = [
  ...CLIENTS.map(
    (build): OperatingSystem => ({ build, caption: "Microsoft Windows Pro", installationType: "Client", architecture: "x64" }),
  ),
  ...SERVERS.flatMap(([build, name]) =>
    (["Server", "Server Core"] as const).map(
      (installationType): OperatingSystem => ({
        build,
        caption: `Microsoft Windows Server ${name} Standard`,
        installationType,
        architecture: "x64",
      }),
    ),
  ),
  { build: 7601, caption: "Microsoft Windows 7 Professional ", installationType: "Client", architecture: "x64" },
  { build: 9600, caption: "Microsoft Windows 8.1 Pro", installationType: "Client", architecture: "x86" },
  {
    build: 20348,
    caption: "Microsoft Windows Server 2022 Datacenter: Azure Edition",
    installationType: "Server Core",
    architecture: "x64",
    hotpatch: true,
  },
  { build: 26100, caption: "Microsoft Windows Server 2025 Datacenter", installationType: "Server", architecture: "x64", hotpatch: true },
];

const SOFTWARE: readonly InstalledSoftware[] = [
  { name: "Microsoft .NET Framework 4.8", version: "4.8.4614.0" },
  { name: "Microsoft SQL Server 2019", version: "15.0.2095.3" },
  { name: "Microsoft SQL Server 2017", version: "14.0.3445.2" },
  { name: "Microsoft Exchange Server 2019 Cumulative Update 12" },
  { name: "Microsoft SharePoint Server 2019" },
  { name: "Microsoft Office Professional Plus 2016" },
];

/** Devices of every system, with KBs of their own product and its components picked at random: in step, half patched, or odd. */
export function realFleet(catalog: Catalog): fc.Arbitrary<Inventory> {
  return fc.constantFrom(...SYSTEMS).chain((os) => {
    const system = identifySystem(os);
    const name = system.status === "supported" ? system.productName : "";
    const updates = [catalog.product(name), ...catalog.componentsOn(name).map(({ product }) => product)].flatMap(
      (product) => product?.updates ?? [],
    );
    const revisions = [...new Set(updates.map(({ revision }) => revision).filter((revision) => revision !== null))];
    const ids = [...new Set(updates.map(({ kb }) => catalog.content.kbs[kb]?.id ?? ""))];
    return fc
      .record({
        ubr: revisions.length === 0 ? fc.constant(undefined) : fc.option(fc.constantFrom(...revisions), { nil: undefined }),
        installedKbs:
          ids.length === 0 ? fc.constant([]) : fc.oneof(fc.subarray(ids, { maxLength: Math.min(4, ids.length) }), fc.subarray(ids)),
        software: fc.oneof(
          { weight: 3, arbitrary: fc.constant([]) },
          { weight: 1, arbitrary: fc.subarray([...SOFTWARE], { maxLength: 2 }) },
        ),
      })
      .map(({ ubr, ...rest }) => aDevice({ ...rest, msiPatchKbs: [], os: { ...os, ...(ubr === undefined ? {} : { ubr }) } }));
  });
}

/** From the first document to the last. */
export const realDays: fc.Arbitrary<string> = fc.integer({ min: 16_920, max: 20_543 }).map(printDay);
