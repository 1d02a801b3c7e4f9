import { compareTexts } from "../text-order.ts";
import { distinct } from "./distinct.ts";

/** How much a device matters to its owner. */
export type DeviceValue = "Low" | "Normal" | "High";

/** The tags of a device: what it reports and what it was given, without what was taken away. */
export function effectiveTags(reported: readonly string[], assigned: readonly string[], removed: readonly string[]): string[] {
  const tags = distinct(assigned.length === 0 ? reported : [...assigned, ...reported]);
  return removed.length === 0 ? tags : tags.filter((tag) => !removed.includes(tag));
}

/** The group of a device. */
export interface DeviceGroup {
  /** from 1 on */
  readonly id: number;
  readonly name: string;
}

/** A tag that begins so puts the device into the group named behind it. */
const GROUP_PREFIX = "group:";

/** The group of a device by its tags, the first one in the order of texts; undefined for none. */
export function groupOf(tags: readonly string[]): DeviceGroup | undefined {
  if (tags.length === 0) return undefined;
  const [name] = tags
    .filter((tag) => tag.startsWith(GROUP_PREFIX) && tag.length > GROUP_PREFIX.length)
    .map((tag) => tag.slice(GROUP_PREFIX.length))
    .sort(compareTexts);
  return name === undefined ? undefined : { id: groupId(name), name };
}

/** FNV-1a over UTF-16, in 31 bits, never 0: the same name has the same number everywhere, without a table of groups. */
function groupId(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return ((hash >>> 2) + 1) >>> 0;
}
