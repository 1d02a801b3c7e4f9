import { effectiveTags, groupOf } from "../../domain/fleet/device-tags.ts";

/** The tags of a device, and its group as the columns `group_id` and `group_name` hold it. */
export function tagsAndGroup(
  reported: readonly string[],
  assigned: readonly string[],
  removed: readonly string[],
): readonly [tags: readonly string[], groupId: number, groupName: string | null] {
  const tags = effectiveTags(reported, assigned, removed);
  const group = groupOf(tags);
  return [tags, group?.id ?? 0, group?.name ?? null];
}

/** What the columns `tags`, `group_id` and `group_name` hold. */
export function tagColumns(
  reported: readonly string[],
  assigned: readonly string[],
  removed: readonly string[],
): readonly [tags: string, groupId: number, groupName: string | null] {
  const [tags, groupId, groupName] = tagsAndGroup(reported, assigned, removed);
  return [JSON.stringify(tags), groupId, groupName];
}
