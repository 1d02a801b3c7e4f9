import type { Caller } from "../auth/caller.ts";
import { HttpError } from "./http-error.ts";

/** So many calls within so long a time. */
export interface QuotaRule {
  readonly limit: number;
  readonly windowMs: number;
  /** as Defender writes the time: `00:01:00` */
  readonly text: string;
}

interface Window {
  endsAt: number;
  calls: number;
}

/** Clients remembered at most; past that those whose time is over go first. */
const mostClients = 50_000;

/** Counts the calls of each application in each tenant; @throws HttpError 429 in Defender's words when there are too many */
export function quotaCounter(rules: readonly QuotaRule[], now: () => number): (caller: Caller) => void {
  const clients = new Map<string, Window[]>();
  return ({ tenantId, clientId, subject }) => {
    if (rules.length === 0) return;
    const key = `${tenantId} ${clientId ?? subject ?? ""}`;
    if (clients.size >= mostClients && !clients.has(key)) forget(clients, now());
    const windows = clients.get(key) ?? rules.map(() => ({ endsAt: 0, calls: 0 }));
    clients.set(key, windows);
    for (const [index, rule] of rules.entries()) count(windows[index] as Window, rule, now());
  };
}

function count(window: Window, { limit, windowMs, text }: QuotaRule, now: number): void {
  if (now >= window.endsAt) Object.assign(window, { endsAt: now + windowMs, calls: 0 });
  window.calls++;
  if (window.calls <= limit) return;
  const seconds = Math.max(1, Math.ceil((window.endsAt - now) / 1000));
  const message = `API calls quota exceeded! Maximum allowed ${limit} per ${text} for the key Destination+TenantID+AppID. You can send requests again in ${seconds} seconds.`;
  throw new HttpError(429, "429", message, { "Retry-After": String(seconds) });
}

function forget(clients: Map<string, Window[]>, now: number): void {
  for (const [key, windows] of clients) if (windows.every(({ endsAt }) => endsAt <= now)) clients.delete(key);
  if (clients.size >= mostClients) clients.clear();
}
