import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Session } from "./api/rows.ts";

/** Who is signed in. */
export const SessionContext = createContext<Session | undefined>(undefined);

/** Whether the session has one of some roles, by the application's or the user's name of it. */
export function isAllowed(session: Session | undefined, ...roles: readonly string[]): boolean {
  return roles.some((role) => session?.roles.includes(role) || session?.roles.includes(role.replace(/\.All$/, "")));
}

/** The same for whoever looks at the page now. */
export function useAllowed(...roles: readonly string[]): boolean {
  return isAllowed(useContext(SessionContext), ...roles);
}
