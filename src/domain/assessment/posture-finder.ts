import type { InstalledSoftware, OperatingSystem } from "../fleet/inventory.ts";
import type { InventoryContent } from "../fleet/inventory-content.ts";
import type { Posture } from "../fleet/posture.ts";
import { remembered } from "../remembered.ts";
import { tellingCaption } from "../windows/operating-system.ts";
import { type Bits, hasBit } from "./bits.ts";
import { type DeviceScope, scopeOfDevice, type Unassessable } from "./device-evaluation.ts";
import { highestUpTo } from "./evaluate.ts";
import { heldAnyway } from "./held-anyway.ts";
import type { Plan } from "./plan.ts";
import type { Planner } from "./planner.ts";
import { type TellingEntries, TellingSoftware } from "./telling-software.ts";

/** Scopes remembered at most; past that the memory starts anew. */
const MOST_SCOPES = 10_000;
/** Builds below this one are told apart by the version beside them (see `identifySystem`). */
const FIRST_BUILD_WITHOUT_VERSION = 6000;

/** A posture, and what was settled about it on the way. */
export interface FoundPosture extends Posture {
  readonly scope: DeviceScope | Unassessable;
}

/** What of a system can change an answer; the key is the same for the same. */
interface TellingSystem {
  readonly os: OperatingSystem;
  readonly key: string;
}

/** A device's scope, and which updates can change anything on it. */
interface PostureScope {
  /** the same for what tells the same of system and software */
  readonly number: number;
  readonly scope: DeviceScope | Unassessable;
  readonly os: OperatingSystem;
  readonly software: readonly InstalledSoftware[];
  /** nodes of the system's plan that the running build holds with all that they bring */
  readonly held: Bits | undefined;
  /** the update that removes Flash, where Flash updates are known for the device */
  readonly flashRemoval: string | undefined;
  readonly applications: readonly Plan[];
  /** without the list of its patches an application of the device gets no answer */
  readonly needsMsiList: boolean;
}

/** Drops from inventories what cannot change an answer under a catalog on a day (see `Posture`). Much less work than finding the answer. */
export class PostureFinder {
  readonly #planner: Planner;
  readonly #software: TellingSoftware;
  readonly #systems = remembered(tellingSystem);
  /** by what tells of the system, then by what tells of the software */
  readonly #scopes = new Map<string, Map<string, PostureScope>>();
  #scopesKept = 0;
  /** of scopes: they outlast what is remembered of these, for no two postures may share a key */
  readonly #numbers = new Map<string, number>();

  constructor(planner: Planner) {
    this.#planner = planner;
    this.#software = new TellingSoftware(planner);
  }

  /** What is left of an inventory, whose order and repetitions are settled (see `contentOf`). */
  of(content: InventoryContent): FoundPosture {
    const system = this.#systems(content.os);
    const software = this.#software.of(content.software);
    const own = this.#scopes.get(system.key)?.get(software.key) ?? this.#keep(system, software);
    const left = "status" in own.scope ? nothingBut(own, content) : leftOf(own, content);
    return { key: `${own.number}\n${listKey(left)}`, content: left, scope: own.scope };
  }

  #keep(system: TellingSystem, software: TellingEntries): PostureScope {
    if (this.#scopesKept >= MOST_SCOPES) {
      this.#scopes.clear();
      this.#scopesKept = 0;
    }
    const scope = { ...makeScope(this.#planner, system.os, software.entries), number: this.#numberOf(`${system.key}\n${software.key}`) };
    const ofSystem = this.#scopes.get(system.key) ?? new Map<string, PostureScope>();
    this.#scopes.set(system.key, ofSystem.set(software.key, scope));
    this.#scopesKept++;
    return scope;
  }

  #numberOf(key: string): number {
    const number = this.#numbers.get(key) ?? this.#numbers.size;
    this.#numbers.set(key, number);
    return number;
  }
}

/** Numbers and words of a fixed set: none holds what stands between them. */
function systemKey(
  { version, build, ubr, installationType, architecture, hotpatch }: OperatingSystem,
  caption: string | undefined,
): string {
  const old = needsVersion(build) ? JSON.stringify(version ?? null) : "";
  return `${build}.${ubr}|${caption}|${installationType}|${architecture}|${hotpatch}|${old}`;
}

function tellingSystem(os: OperatingSystem): TellingSystem {
  const { version: _, caption: full, displayVersion: ___, ...own } = os;
  const caption = full === undefined ? undefined : tellingCaption(full);
  const left = {
    ...own,
    ...(needsVersion(os.build) && os.version !== undefined ? { version: os.version } : {}),
    ...(caption === undefined ? {} : { caption }),
  };
  return { os: left, key: systemKey(os, caption) };
}

function needsVersion(build: number | undefined): boolean {
  return build === undefined || build < FIRST_BUILD_WITHOUT_VERSION;
}

/** KBs are digits, and JSON holds no line break: no two different contents share a key. */
function listKey({ installedKbs, msiPatchKbs, pendingRestart, notes }: InventoryContent): string {
  const lists = `${installedKbs === null ? "?" : installedKbs.join()}\n${msiPatchKbs === null ? "?" : msiPatchKbs.join()}`;
  return `${lists}\n${pendingRestart ? "restart" : ""}${notes.length === 0 ? "" : JSON.stringify(notes)}`;
}

function makeScope(planner: Planner, os: OperatingSystem, software: readonly InstalledSoftware[]): Omit<PostureScope, "number"> {
  const scope = scopeOfDevice(planner, { os, software });
  const nothing = { scope, os, software, held: undefined, flashRemoval: undefined, applications: [], needsMsiList: false };
  if ("status" in scope) return nothing;
  const { plan, applications } = scope;
  const reached = os.ubr === undefined ? -1 : highestUpTo(plan, plan.byRevision, os.ubr);
  const knowsFlash = plan.flashGroups.some((word) => word !== 0);
  return {
    ...nothing,
    held: reached < 0 ? undefined : heldAnyway(plan, reached),
    flashRemoval: knowsFlash ? planner.catalog.content.flashRemoval?.kb : undefined,
    applications: [...new Set(applications.scopes.flatMap((application) => planner.forApplication(application)))],
    needsMsiList: applications.scopes.some(({ isMsi }) => isMsi),
  };
}

/** Of a device that nobody can speak for, the reason is all that is told. */
function nothingBut({ os, software }: PostureScope, { notes }: InventoryContent): InventoryContent {
  return { os, installedKbs: [], msiPatchKbs: null, software, pendingRestart: false, notes };
}

function leftOf(own: PostureScope, { installedKbs, msiPatchKbs, pendingRestart, notes }: InventoryContent): InventoryContent {
  const patches = msiPatchKbs?.filter((kb) => isOfApplication(own, kb)) ?? [];
  return {
    os: own.os,
    installedKbs: installedKbs === null ? null : installedKbs.filter((kb) => isTelling(own, kb)),
    // Read and empty is not the same as unread only where an application is patched by Windows Installer.
    msiPatchKbs: patches.length === 0 && (msiPatchKbs === null || !own.needsMsiList) ? null : patches,
    software: own.software,
    pendingRestart,
    notes,
  };
}

function isTelling(own: PostureScope, kb: string): boolean {
  const { scope, held, flashRemoval } = own;
  const node = "status" in scope ? undefined : scope.plan.nodeOfKb.get(kb);
  if (node !== undefined && (held === undefined || !hasBit(held, node))) return true;
  return kb === flashRemoval || isOfApplication(own, kb);
}

function isOfApplication({ applications }: PostureScope, kb: string): boolean {
  return applications.some(({ nodeOfKb }) => nodeOfKb.has(kb));
}
