import { ProductError } from "../domain/errors.ts";
import type { Architecture, OperatingSystem } from "../domain/fleet/inventory.ts";
import type { InventoryFormat, InventoryFragment, ParsedInput } from "./format.ts";
import { architectureFrom, cleanCaption, DESKTOP_ASSUMED, installationTypeByCaption } from "./os-facts.ts";
import { ProblemList } from "./problem-list.ts";
import { type Capture, capturesIn, type Section, versionIn } from "./systeminfo-capture.ts";
import { readHotfixes } from "./systeminfo-hotfixes.ts";
import { splitLines } from "./text-lines.ts";

/**
 * What `systeminfo` prints, in any language and code page. Read by position and by tokens: the line with version and build is the anchor,
 * the two labels before it are the host name and the caption. Several captures in one text are several devices.
 */
export const systeminfo: InventoryFormat = {
  name: "systeminfo",

  looksLike(text: string): boolean {
    for (const [, value] of text.matchAll(/^[^\s:：{["#][^\r\n:：]*[:：][ \t]*(\d{1,2}\.\d{1,2}\.\d{1,6}[^\r\n]*)$/gm)) {
      if (versionIn((value ?? "").trimEnd()) !== undefined) return true;
    }
    return false;
  },

  parse(text: string, source: string): ParsedInput {
    const captures = capturesIn(splitLines(text, source));
    if (captures.length === 0) {
      throw new ProductError("unreadable-input", `no line names a version of Windows, such as "10.0.19045 N/A Build 19045"`, {
        place: { source, field: "os.version" },
        hint: "Give everything that systeminfo printed.",
      });
    }
    const problems = new ProblemList(source);
    const fragments = captures.map((capture) => deviceOf(capture, problems));
    return { fragments, problems: problems.toArray() };
  },
};

function deviceOf(capture: Capture, problems: ProblemList): InventoryFragment {
  const [host, name] = capture.sections;
  const caption = cleanCaption(name?.value ?? "");
  const { installedKbs, notes } = readHotfixes(capture, problems);
  const os = operatingSystem(capture, caption);
  return {
    deviceName: host?.value ?? "",
    os,
    installedKbs,
    notes: os.installationType === "Server" ? [...notes, DESKTOP_ASSUMED] : notes,
  };
}

function operatingSystem(capture: Capture, caption: string): OperatingSystem {
  const architecture = architectureIn(capture.sections);
  return {
    ...capture.version,
    ...(caption === "" ? {} : { caption, installationType: installationTypeByCaption(caption) }),
    ...(architecture === undefined ? {} : { architecture }),
  };
}

/** `System Type: x64-based PC`. The word PC keeps models and firmware names out, and the translations of "based" with it. */
function architectureIn(sections: readonly Section[]): Architecture | undefined {
  for (const { value } of sections.slice(3)) {
    const found = /\bPC\b/.test(value) || /\b(?:x64|x86|ARM64|Itanium)-/i.test(value) ? architectureFrom(value) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
