import type { JSX } from "preact";
import type { DeviceStatus } from "../api/rows.ts";
import { useTexts } from "../texts/language.ts";

type Grade = "Critical" | "High" | "Important" | "Medium" | "Moderate" | "Low" | "None";

/** A severity in its colour, and always in words too. */
export function SeverityChip({ severity }: { readonly severity: string | null }): JSX.Element {
  const texts = useTexts();
  if (severity === null || !Object.hasOwn(texts.severity, severity)) return <span class="faint">–</span>;
  return <span class={`chip severity-${severity.toLowerCase()}`}>{texts.severity[severity as Grade]}</span>;
}

/** How a device stands. */
export function StatusChip({ status }: { readonly status: DeviceStatus }): JSX.Element {
  const texts = useTexts();
  return (
    <span class={`status status-${status}`} title={texts.statusHint[status]}>
      {texts.status[status]}
    </span>
  );
}

/** Attackers use it. */
export function ExploitedChip(): JSX.Element {
  return <span class="chip exploited">{useTexts().exploited}</span>;
}

/** Names that others gave stand alone, whatever letters they are made of: they turn nothing around them. */
export function Name({ children }: { readonly children: string }): JSX.Element {
  return <bdi class="name">{visible(children)}</bdi>;
}

/** What cannot be seen is shown as what it is: `\x1b`, `\u202e`. */
export function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is made visible
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/gu, (letter) => {
    const code = letter.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
