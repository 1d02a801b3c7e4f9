import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { printCsv } from "../../src/cli/print-csv.ts";
import { useTexts } from "../texts/language.ts";

/** What of a row goes into a file, by the name of its column. */
export type SavedRow = Readonly<Record<string, string | number | boolean | null>>;

interface SaveProps {
  /** without ending */
  readonly name: string;
  readonly rows: () => Promise<readonly SavedRow[]> | readonly SavedRow[];
}

/** What is on the screen as a file: CSV whose cells no spreadsheet takes for formulas, or JSON. */
export function SaveButtons({ name, rows }: SaveProps): JSX.Element {
  const texts = useTexts();
  const [isWorking, setIsWorking] = useState(false);
  const save = async (kind: "csv" | "json"): Promise<void> => {
    setIsWorking(true);
    try {
      const all = await rows();
      const text = kind === "json" ? `${JSON.stringify(all, null, 2)}\n` : csvOf(all);
      offer(`${name}.${kind}`, new Blob([text], { type: kind === "json" ? "application/json" : "text/csv;charset=utf-8" }));
    } finally {
      setIsWorking(false);
    }
  };
  return (
    <fieldset class="save" disabled={isWorking}>
      <legend class="unseen">{texts.save.label}</legend>
      {(["csv", "json"] as const).map((kind) => (
        <button key={kind} type="button" class="quiet" onClick={() => void save(kind)}>
          ↓ {texts.save[kind]}
        </button>
      ))}
    </fieldset>
  );
}

/** The same as RFC 4180 CSV with the names of the columns first. */
export function csvOf(rows: readonly SavedRow[]): string {
  const names = Object.keys(rows[0] ?? {});
  // Spreadsheets know by the mark that it is UTF-8.
  return `\ufeff${printCsv([names, ...rows.map((row) => names.map((name) => row[name] ?? null))])}`;
}

function offer(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
