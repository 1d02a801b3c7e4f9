import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogProduct } from "../catalog/update.ts";
import type { InstalledSoftware, Inventory } from "../fleet/inventory.ts";
import { isLongTermCaption, type SupportedSystem } from "../windows/operating-system.ts";
import type { Component } from "../windows/product.ts";
import { parseVersion } from "../windows/version.ts";

/** What of the system's components decides which updates concern the device. */
export interface SystemParts {
  /** tells scopes apart: devices with the same key share a plan */
  readonly key: string;
  readonly explorers: ReadonlySet<string>;
  readonly netVersions: ReadonlySet<string>;
  /** file build of .NET Framework 4.x, where the inventory has it */
  readonly netBuild: number | undefined;
  readonly hasEdge: boolean;
  readonly hasFlash: boolean;
  readonly hasEdgeChromium: boolean;
  readonly hotpatch: boolean;
}

/** What of an inventory's software speaks of the system's own parts. */
const SYSTEM_PART = /\.NET Framework|Internet Explorer|Adobe Flash|Microsoft Edge/;
const EXPLORER = /^(?:Windows |Microsoft )?Internet Explorer\b/;
const FLASH = /^Adobe Flash Player/;
const EDGE = /^Microsoft Edge\b/;

/** An entry of software with only what it tells about the parts of a system; undefined: nothing. Edge's version, say, changes every week and tells nothing. */
export function tellingPart(entry: InstalledSoftware): InstalledSoftware | undefined {
  const { name, version } = entry;
  if (!SYSTEM_PART.test(name)) return undefined;
  const net = netNumber(name);
  if (net !== undefined) {
    const isOfFile = version !== undefined && fileBuild(version) !== undefined;
    return { name: `.NET Framework ${net}`, ...(isOfFile ? { version } : {}) };
  }
  if (isExplorer(entry)) return explorerEntry(explorerVersion(entry));
  if (FLASH.test(name)) return { name: "Adobe Flash Player" };
  return EDGE.test(name) ? { name: "Microsoft Edge" } : undefined;
}

/** Whether an entry names Internet Explorer; of several only the first counts. */
export function isExplorer({ name }: InstalledSoftware): boolean {
  return EXPLORER.test(name);
}

/** The entries that speak of the system's own parts. */
export function systemParts(software: readonly InstalledSoftware[]): readonly InstalledSoftware[] {
  return software.filter(({ name }) => SYSTEM_PART.test(name));
}

/** Reads the parts of a system from its release and, where the inventory knows better, from its software. */
export function partsOf(system: SupportedSystem, inventory: Pick<Inventory, "os" | "software">): SystemParts {
  const software = systemParts(inventory.software);
  const isCore = system.role === "core";
  const net = netOf(system.build, software);
  const parts = {
    explorers: isCore ? new Set<string>() : explorersOf(system.build, software),
    netVersions: net.versions,
    netBuild: net.build,
    hasEdge: !isCore && !isLongTermCaption(inventory.os.caption ?? ""),
    hasFlash: !isCore && flashIsInBox(system, software),
    hasEdgeChromium: software.some(({ name }) => EDGE.test(name)),
    hotpatch: inventory.os.hotpatch === true,
  };
  const flags = [parts.hasEdge, parts.hasFlash, parts.hasEdgeChromium, parts.hotpatch].map(Number).join("");
  return { ...parts, key: [system.productName, [...parts.explorers].join(), [...parts.netVersions].join(), flags].join("|") };
}

/** Other versions of .NET on the system: all .NET updates of one system form one line, so having one of them proves something about the others. */
export function netEvidence(catalog: Catalog, system: SupportedSystem, parts: SystemParts): readonly CatalogProduct[] {
  const isOther = (component: Component): boolean => component.is === "net" && !hasComponent(component, system, parts);
  return catalog.componentsOn(system.productName).flatMap(({ product, is }) => (isOther(is.component) ? [product] : []));
}

/** The products whose updates concern a system with those parts: the system first, since its own rows decide what an update is. */
export function productsOf(
  catalog: Catalog,
  system: SupportedSystem,
  parts: SystemParts,
): { readonly product: CatalogProduct; readonly softwareId: string }[] {
  const names = [system.productName, ...(parts.hotpatch && system.release.hotpatchCore !== undefined ? [system.release.hotpatchCore] : [])];
  const own = names.map((name) => catalog.product(name)).filter((product) => product !== undefined);
  const components = catalog.componentsOn(system.productName).filter(({ is }) => hasComponent(is.component, system, parts));
  return [
    ...own.map((product) => ({ product, softwareId: system.softwareId })),
    ...components.map(({ product, is }) => ({ product, softwareId: is.component.is === "in-box" ? system.softwareId : is.softwareId })),
  ];
}

function hasComponent(component: Component, system: SupportedSystem, parts: SystemParts): boolean {
  switch (component.is) {
    case "internet-explorer":
      return parts.explorers.has(component.version);
    case "edge":
      return parts.hasEdge;
    case "edge-ie-mode":
      return parts.hasEdgeChromium;
    case "flash":
      return parts.hasFlash;
    case "net":
      return component.groups.every((group) => group.some((version) => parts.netVersions.has(version)));
    case "script-engine":
      return system.role === "core";
    case "in-box":
      return true;
    case "other":
      return false;
  }
}

/** Internet Explorer by system where the inventory does not name it. Server 2012 had 10, and 11 from 2019 on: both have the same KBs. */
function explorersOf(build: number, software: readonly InstalledSoftware[]): ReadonlySet<string> {
  const named = software.find(isExplorer);
  const version = named === undefined ? undefined : explorerVersion(named);
  if (version !== undefined) return new Set([version]);
  if (build === 6002 || build === 6003) return new Set(["9"]);
  return new Set(build === 9200 ? ["10", "11"] : ["11"]);
}

function explorerEntry(version: string | undefined): InstalledSoftware {
  const isNumber = version !== undefined && /^\d{1,2}$/.test(version);
  if (isNumber) return { name: `Internet Explorer ${version}` };
  return { name: "Internet Explorer", ...(version === undefined ? {} : { version }) };
}

function explorerVersion({ name, version }: InstalledSoftware): string | undefined {
  return /\b(\d{1,2})\b/.exec(name.replace(/^.*Explorer/, ""))?.[1] ?? version?.split(".")[0];
}

/** Part of the desktop since Windows 8; on Server 2012 and 2012 R2 only with Desktop Experience, which an inventory cannot show. */
function flashIsInBox(system: SupportedSystem, software: readonly InstalledSoftware[]): boolean {
  if (software.some(({ name }) => FLASH.test(name))) return true;
  return system.role === "client" ? system.build >= 9200 : system.build >= 14393;
}

/** .NET Framework 4.x in the box, by the first build that has it. */
const IN_BOX_NET: readonly (readonly [build: number, version: string])[] = [
  [22621, "4.8.1"],
  [18362, "4.8"],
  [17134, "4.7.2"],
  [16299, "4.7.1"],
  [15063, "4.7"],
  [14393, "4.6.2"],
  [10586, "4.6.1"],
  [10240, "4.6"],
  [9600, "4.5.1"],
  [9200, "4.5"],
];

/** 4.8.1 calls its files 4.8, and counts their builds from here. */
const FIRST_481 = 9000;

/** Server 2022 and Windows 11 21H2 count between 19045 and 22621 and carry 4.8; every newer build 4.8.1. */
function netOf(build: number, software: readonly InstalledSoftware[]): { versions: ReadonlySet<string>; build: number | undefined } {
  const entries = software.flatMap(({ name, version }) => {
    const number = netNumber(name);
    return number === undefined ? [] : [{ number, version }];
  });
  const isFour = ({ number }: { readonly number: string }): boolean => number.startsWith("4");
  const newest = entries
    .filter(isFour)
    .reduce<string | undefined>((most, { number }) => (most === undefined || number > most ? number : most), undefined);
  const builds = entries.filter(({ number }) => number === newest).flatMap((entry) => fileBuild(entry.version) ?? []);
  const version =
    newest === "4.8" && builds.some((file) => file >= FIRST_481) ? "4.8.1" : (newest ?? IN_BOX_NET.find(([first]) => build >= first)?.[1]);
  const legacy = build >= 9200 ? ["3.5"] : build === 7601 ? ["3.5.1"] : ["2.0", "3.0"];
  const named = entries
    .filter((entry) => !isFour(entry))
    .map(({ number }) => number)
    .sort();
  const versions = new Set([...legacy, ...named, ...(version === undefined ? [] : [version])]);
  // of two files the older one decides
  return { versions, build: builds.length === 0 ? undefined : Math.min(...builds) };
}

function netNumber(name: string): string | undefined {
  return name.includes(".NET Framework") ? /\.NET Framework (\d\.\d(?:\.\d)?)\b/.exec(name)?.[1] : undefined;
}

/** Only a four-part version is that of a file (4.8.4644.0); the registry's three-part one (4.8.04084) never changes with updates. */
function fileBuild(version: string | undefined): number | undefined {
  const parts = version === undefined ? undefined : parseVersion(version);
  return parts?.length === 4 && parts[0] === 4 ? parts[2] : undefined;
}
