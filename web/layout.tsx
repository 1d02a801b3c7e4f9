import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ask } from "./api/client.ts";
import type { Session } from "./api/rows.ts";
import { Choice } from "./parts/filters.tsx";
import { href, type Place } from "./router.ts";
import { isAllowed } from "./session.ts";
import type { Texts } from "./texts/english.ts";
import { chooseLanguage, languageNow, languages, useTexts } from "./texts/language.ts";
import { chooseTheme, chosenTheme, type Theme } from "./theme.ts";

interface LayoutProps {
  readonly place: Place;
  /** absent: nobody is signed in */
  readonly session?: Session;
  readonly onSignedOut?: () => void;
  readonly children: ComponentChildren;
}

/** What stands around every view. */
export function Layout({ place, session, onSignedOut, children }: LayoutProps): JSX.Element {
  const texts = useTexts();
  return (
    <>
      <a class="skip" href="#content">
        {texts.skip}
      </a>
      <header class="top">
        <a class="brand" href={href("/")}>
          <img src="/ui/mark.svg" alt="" width="24" height="24" />
          patchgap
        </a>
        {session !== undefined && <Navigation place={place} session={session} texts={texts} />}
        <Preferences texts={texts} session={session} onSignedOut={onSignedOut} />
      </header>
      {session?.isSample === true && (
        <aside class="banner" aria-label={texts.sampleLabel}>
          {texts.sample}
        </aside>
      )}
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

const entries = [
  ["overview", "/", "Software.Read.All"],
  ["updates", "/updates", "Software.Read.All"],
  ["devices", "/devices", "Machine.Read.All", "Machine.ReadWrite.All"],
  ["software", "/software", "Software.Read.All"],
  ["cves", "/cves", "Vulnerability.Read.All"],
  ["upload", "/upload", "Inventory.ReadWrite.All"],
] as const;

/** Views that the roles allow. */
function Navigation({ place, session, texts }: { readonly place: Place; readonly session: Session; readonly texts: Texts }): JSX.Element {
  const here = useRef<HTMLAnchorElement>(null);
  // On a narrow screen the list of views is wider than the screen.
  useEffect(() => here.current?.scrollIntoView({ block: "nearest", inline: "nearest" }), [place.path]);
  const shown = entries.filter(([, , ...roles]) => isAllowed(session, ...roles));
  return (
    <nav class="views" aria-label={texts.nav.label}>
      <ul>
        {shown.map(([name, path]) => {
          const isHere = path === "/" ? place.path === "/" : place.path === path || place.path.startsWith(`${path}/`);
          return (
            <li key={name}>
              <a href={href(path)} {...(isHere ? { "aria-current": "page", ref: here } : {})}>
                {texts.nav[name]}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

interface PreferencesProps {
  readonly texts: Texts;
  readonly session: Session | undefined;
  readonly onSignedOut: (() => void) | undefined;
}

/** Colours, language, and who is signed in. */
function Preferences({ texts, session, onSignedOut }: PreferencesProps): JSX.Element {
  const [theme, setTheme] = useState(chosenTheme);
  const choose = (next: string): void => {
    chooseTheme(next as Theme);
    setTheme(next as Theme);
  };
  const themes = (["auto", "light", "dark"] as const).map((each) => [each, texts.theme[each]] as const);
  const tongues = Object.entries(languages).map(([each, { language }]) => [each, language] as const);
  const signOut = (): void => void ask("/session", { method: "DELETE", isQuiet: true }).then(onSignedOut, onSignedOut);
  return (
    <details class="preferences" onKeyDown={closeOnEscape}>
      <summary>
        <span class="who">{session === undefined ? texts.languageLabel : session.name}</span>
      </summary>
      <div class="menu">
        {session !== undefined && <p class="faint">{texts.session.tenant(session.tenant.alias)}</p>}
        <Choice label={texts.theme.label} value={theme} choices={themes} onChange={choose} />
        <Choice label={texts.languageLabel} value={languageNow()} choices={tongues} onChange={chooseLanguage} />
        {session !== undefined && (
          <button type="button" onClick={signOut}>
            {texts.session.signOut}
          </button>
        )}
      </div>
    </details>
  );
}

function closeOnEscape(event: KeyboardEvent & { readonly currentTarget: HTMLDetailsElement }): void {
  if (event.key !== "Escape") return;
  event.currentTarget.open = false;
  event.currentTarget.querySelector("summary")?.focus();
}
