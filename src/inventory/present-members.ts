/** The same members without those that may be undefined. */
export type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Drops what is undefined: in an inventory an absent member and one without a value are not the same. */
export function presentMembers<T extends object>(members: T): Present<T> {
  const present: Present<T> = {};
  // A list of entries in between costs more than all else that is done with a small inventory.
  for (const name in members) if (members[name] !== undefined) present[name] = members[name] as Exclude<T[typeof name], undefined>;
  return present;
}
