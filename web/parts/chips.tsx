import type { JSX } from "preact";
import type { DeviceStatus } from "../api/rows.ts";
import { useTexts } from "../texts/language.ts";
import { visible } from "./visible-text.ts";

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
