/** Light, dark, or what the device prefers. */
export type Theme = "auto" | "light" | "dark";

const key = "patchgap-theme";

/** What was chosen on this device. */
export function chosenTheme(): Theme {
  const chosen = remembered(key);
  return chosen === "light" || chosen === "dark" ? chosen : "auto";
}

/** Chooses, and remembers it on this device. */
export function chooseTheme(theme: Theme): void {
  remember(key, theme);
  applyTheme();
}

/** Puts the choice on the document; the style sheet does the rest. */
export function applyTheme(): void {
  document.documentElement.dataset["theme"] = chosenTheme();
}

/** What this device remembers of itself; nothing where the browser keeps nothing. */
export function remembered(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a choice on this device, where the browser lets us. */
export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}
