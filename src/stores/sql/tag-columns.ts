import { effectiveTags, groupOf } from "../../domain/fleet/device-tags.ts";

/** What the columns `tags`, `group_id` and `group_name` hold. */
export function tagColumns(
  reported: readonly string[],
  assigned: readonly string[],
  removed: readonly string[],
): readonly [tags: string, groupId: number, groupName: string | null] {
  const tags = effectiveTags(reported, assigned, removed);
  const group = groupOf(tags);
  return [JSON.stringify(tags), group?.id ?? 0, group?.name ?? null];
}
