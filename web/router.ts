import { useEffect, useState } from "preact/hooks";

/** Where the page lives on the server. */
export const base = "/ui";

/** A place within the page: path without the base, and what the query asks. */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

const listeners = new Set<() => void>();

/** The place that the address names. */
export function placeNow(): Place {
  const { pathname, search } = window.location;
  const path = pathname.startsWith(base) ? pathname.slice(base.length) : pathname;
  return { path: path === "" ? "/" : path.replace(/(.)\/$/, "$1"), query: new URLSearchParams(search) };
}

/** The server answers the page at its root too; its views live below the base. */
export function goHome(): void {
  const { pathname, search, hash } = window.location;
  if (pathname === "/") window.history.replaceState(null, "", `${base}/${search}${hash}`);
}

/** Goes to an address within the page (`/devices?status=behind`). */
export function navigate(to: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (replace) window.history.replaceState(null, "", base + to);
  else window.history.pushState(null, "", base + to);
  for (const listener of listeners) listener();
}

/** The address of a place within the page, as links name it. */
export function href(path: string, query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "")).toString();
  return base + path + (search === "" ? "" : `?${search}`);
}

/** The place, and again whenever it changes. */
export function usePlace(): Place {
  const [place, setPlace] = useState(placeNow);
  useEffect(() => {
    const look = (): void => setPlace(placeNow());
    listeners.add(look);
    window.addEventListener("popstate", look);
    return () => {
      listeners.delete(look);
      window.removeEventListener("popstate", look);
    };
  }, []);
  return place;
}

/** One filter that lives in the query, so that a link keeps it; empty where it is not set. */
export function useQuery(): readonly [URLSearchParams, (changes: Readonly<Record<string, string>>) => void] {
  const { path, query } = usePlace();
  const change = (changes: Readonly<Record<string, string>>): void => {
    const next = new URLSearchParams(placeNow().query);
    for (const [name, value] of Object.entries(changes)) {
      if (value === "") next.delete(name);
      else next.set(name, value);
    }
    const search = next.toString();
    navigate(path + (search === "" ? "" : `?${search}`), { replace: true });
  };
  return [query, change];
}

/** Links within the page are followed without loading it again; everything else is the browser's. */
export function followLinks(): () => void {
  const follow = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest("a");
    if (link === null || link === undefined || link.target !== "" || link.hasAttribute("download")) return;
    const url = new URL(link.href, window.location.href);
    const isOurs = url.origin === window.location.origin && (url.pathname === base || url.pathname.startsWith(`${base}/`));
    if (!isOurs || link.getAttribute("href")?.startsWith("#")) return;
    event.preventDefault();
    navigate(url.pathname.slice(base.length) + url.search);
  };
  document.addEventListener("click", follow);
  return () => document.removeEventListener("click", follow);
}
