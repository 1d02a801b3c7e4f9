/** The same members without those that may be undefined. */
export type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Drops what is undefined: in an inventory an absent member and one without a value are not the same. */
export function presentMembers<T extends object>(members: T): Present<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<T>;
}
