import type { Inventory, OperatingSystem } from "../domain/fleet/inventory.ts";

/**
 * CONTRACT of an inventory format. Pure: text in, fragments out.
 * A fragment may hold only part of a device (a hotfix list has no operating system); `mergeFragments` joins those of one device.
 */
export interface InventoryFormat {
  readonly name: FormatName;
  /** cheap and sure: two formats never claim the same text */
  looksLike(text: string): boolean;
  /** @throws ProductError `unreadable-input` with line or field when nothing in the text can be trusted */
  parse(text: string, source: string): ParsedInput;
}

export type FormatName = "native" | "systeminfo" | "hotfix-list" | "osquery" | "computer-info";

/** What a text holds: devices (or parts of them), and what in it could not be read. */
export interface ParsedInput {
  readonly fragments: readonly InventoryFragment[];
  readonly problems: readonly InputProblem[];
}

/** A device as far as one text tells of it. `installedKbs` absent: the text has no hotfix list; `null`: it has one that cannot be read. */
export type InventoryFragment = Partial<Omit<Inventory, "os">> & { readonly os?: OperatingSystem };

/** Something that was left out of the result, and where it stands. */
export interface InputProblem {
  readonly source: string;
  readonly line?: number;
  readonly field?: string;
  readonly message: string;
}

/** What one item of an input gave: a device, or what is wrong with it. */
export interface InventoryItem {
  readonly source: string;
  /** counted from 1, where the input is one object a line */
  readonly line?: number;
  /** its length in the input, where it was read from a stream */
  readonly bytes?: number;
  /** absent: the item was refused, or is said `again` */
  readonly inventory?: Inventory;
  /** for a reader that was told of `KnownWords`: what was read before, without anything to tell, in the same words */
  readonly again?: SaidAgain;
  /** for such a reader: the key of the words that say the content of an inventory about which there is nothing to tell */
  readonly wordsKey?: string;
  readonly problems: readonly InputProblem[];
}

/** What of an inventory is the device's own. */
export type OwnMembers = Pick<Inventory, "deviceName" | "deviceId" | "collectedAt" | "offeredKbs" | "tags" | "ipAddresses">;

/** A device whose content was read before, in the same words. */
export interface SaidAgain {
  readonly own: OwnMembers;
  readonly wordsKey: string;
  /** reads all of it after all */
  readonly read: () => Inventory;
}

/** Words that said contents which were read without anything to tell of them. */
export interface KnownWords {
  /** a short text that stands for the words, and for no others; the words are well-formed, as all that was decoded from UTF-8 strictly */
  readonly keyOf: (words: string) => string;
  readonly has: (key: string) => boolean;
}
