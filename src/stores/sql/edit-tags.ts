import type { DeviceEdit } from "../fleet-store.ts";

/** The tags of a device, by where they come from. */
export interface DeviceTags {
  readonly reported: readonly string[];
  readonly assigned: readonly string[];
  readonly removed: readonly string[];
}

/** A tag that the device reports is not forgotten when it is taken away: it is remembered as removed, or the next report would bring it back. */
export function editTags({ reported, assigned, removed }: DeviceTags, { addTags = [], removeTags = [], setTags }: DeviceEdit): DeviceTags {
  if (setTags !== undefined) {
    const wanted = [...new Set(setTags)];
    return { reported, assigned: wanted, removed: [...new Set([...removed, ...reported])].filter((tag) => !wanted.includes(tag)) };
  }
  const gone = new Set(removeTags);
  return {
    reported,
    assigned: [...new Set([...assigned, ...addTags])].filter((tag) => !gone.has(tag)),
    removed: [...new Set([...removed, ...reported.filter((tag) => gone.has(tag))])].filter((tag) => !addTags.includes(tag)),
  };
}
