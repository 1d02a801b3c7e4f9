import { useEffect, useState } from "preact/hooks";
import { remember, remembered } from "../theme.ts";
import { english, type Texts } from "./english.ts";
import { french } from "./french.ts";

/** The languages of the page; add one here and it can be chosen. */
export const languages: Readonly<Record<string, Texts>> = { en: english, fr: french };

const key = "patchgap-language";
const listeners = new Set<() => void>();

/** The language that was chosen, or the first of the browser's that the page has. */
export function languageNow(): string {
  const wanted = [remembered(key), ...navigator.languages].map((tag) => tag?.slice(0, 2).toLowerCase() ?? "");
  return wanted.find((tag) => Object.hasOwn(languages, tag)) ?? "en";
}

/** Chooses a language, and remembers it on this device. */
export function chooseLanguage(language: string): void {
  remember(key, language);
  for (const listener of listeners) listener();
}

/** The texts in the language of now. */
export function textsNow(): Texts {
  return languages[languageNow()] ?? english;
}

/** The texts, and again when another language is chosen. */
export function useTexts(): Texts {
  const [, setLanguage] = useState(languageNow);
  useEffect(() => {
    const look = (): void => setLanguage(languageNow());
    listeners.add(look);
    return () => {
      listeners.delete(look);
    };
  }, []);
  return textsNow();
}

/** Numbers and dates are the browser's way in the chosen language: `fr` of a browser that says `fr-CA` is `fr-CA`. */
function locale(): string {
  const language = languageNow();
  return navigator.languages.find((tag) => tag.toLowerCase().startsWith(language)) ?? language;
}

/** 12,345 */
export function number(value: number, most = 0): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: most }).format(value);
}

/** 37 % */
export function percent(part: number, whole: number): string {
  return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 0 }).format(whole === 0 ? 0 : part / whole);
}

/** 10 Mar 2026, of a day or a moment; a day is the same everywhere */
export function day(text: string): string {
  const isDay = text.length <= 10 || text.endsWith("T00:00:00Z");
  const date = new Date(isDay ? `${text.slice(0, 10)}T12:00:00Z` : text);
  if (Number.isNaN(date.getTime())) return text;
  const zone = isDay ? { timeZone: "UTC" } : {};
  return new Intl.DateTimeFormat(locale(), { year: "numeric", month: "short", day: "numeric", ...zone }).format(date);
}

/** 10 Mar 2026, 08:44 */
export function moment(text: string): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(date);
}
