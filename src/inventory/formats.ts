import { computerInfoJson } from "./computer-info-json.ts";
import type { FormatName, InventoryFormat } from "./format.ts";
import { hotfixList } from "./hotfix-list.ts";
import { nativeJson } from "./native-json.ts";
import { osqueryJson } from "./osquery-json.ts";
import { systeminfo } from "./systeminfo.ts";

/** Every format that an inventory can have. No text is two of them, so the order says nothing. */
export const FORMATS: readonly InventoryFormat[] = [nativeJson, systeminfo, hotfixList, osqueryJson, computerInfoJson];

/** Picks the format by the look of a text; undefined where it is none of them. */
export function recognise(text: string): InventoryFormat | undefined {
  return FORMATS.find((format) => format.looksLike(text));
}

/** Picks the format by its name, as `--format` gives it. */
export function formatNamed(name: FormatName): InventoryFormat | undefined {
  return FORMATS.find((format) => format.name === name);
}
