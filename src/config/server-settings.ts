import { ProductError } from "../domain/errors.ts";
import type { Config } from "./config.ts";
import { isLoopback, type ListenAddress, readListenAddress } from "./listen-address.ts";
import { type Quota, readQuotas } from "./quota.ts";

/** What the server is told, checked. */
export interface ServerSettings {
  readonly listen: ListenAddress;
  /** absent: plain HTTP */
  readonly tls?: TlsFiles;
  /** origins under which clients reach the server, without a slash at the end: `https://patchgap.example` */
  readonly publicUrls: readonly string[];
  readonly behindProxy: boolean;
  /** absent: never */
  readonly syncEveryMs?: number;
  /** as `--from` of sync; absent: the MSRC API */
  readonly syncFrom?: string;
  readonly staleAfterDays: number;
  /** all of them hold for each client; none: any number of calls */
  readonly quotas: readonly Quota[];
  readonly metricsToken?: string;
  /** the list of the config file, for `readIssuerSettings` */
  readonly issuers: unknown;
  /** the same for `readProviderSettings` */
  readonly signIn: unknown;
}

/** Names of PEM files. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

type ServerConfig = Pick<
  Config,
  | "listen"
  | "tlsCert"
  | "tlsKey"
  | "publicUrl"
  | "behindProxy"
  | "syncEvery"
  | "syncFrom"
  | "staleAfter"
  | "quota"
  | "metricsToken"
  | "issuers"
  | "signIn"
>;

/** Reads the settings of the server; @throws ProductError `usage` for a value that makes no sense, and for an address at which tokens could be read on their way */
export function readServerSettings(config: ServerConfig): ServerSettings {
  const listen = readListenAddress(config.listen);
  const tls = readTlsFiles(config);
  const { behindProxy, syncFrom, issuers, signIn } = config;
  if (tls === undefined && !behindProxy && !isLoopback(listen.host)) throw inTheOpen(config.listen);
  const syncEveryMs = readSyncEvery(config.syncEvery);
  const metricsToken = readMetricsToken(config.metricsToken);
  return {
    listen,
    publicUrls: [...new Set(config.publicUrl.map(readPublicUrl))],
    behindProxy,
    staleAfterDays: config.staleAfter,
    quotas: config.quota === undefined ? [] : readQuotas(config.quota),
    issuers,
    signIn,
    ...(tls === undefined ? {} : { tls }),
    ...(syncEveryMs === undefined ? {} : { syncEveryMs }),
    ...(syncFrom === undefined ? {} : { syncFrom }),
    ...(metricsToken === undefined ? {} : { metricsToken }),
  };
}

function inTheOpen(address: string): ProductError {
  return new ProductError("usage", `--listen: at ${address} other machines would send their tokens in the open`, {
    hint: "Give --tls-cert and --tls-key, or --behind-proxy where a proxy in front of the server speaks TLS, or listen at 127.0.0.1 only.",
  });
}

function readTlsFiles({ tlsCert, tlsKey }: ServerConfig): TlsFiles | undefined {
  if (tlsCert !== undefined && tlsKey !== undefined) return { certFile: tlsCert, keyFile: tlsKey };
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  const [given, missing] = tlsKey === undefined ? ["--tls-cert", "--tls-key"] : ["--tls-key", "--tls-cert"];
  throw new ProductError("usage", `${given} was given without ${missing}`, { hint: "TLS needs the certificate and its private key." });
}

/** Scheme, host and port, in the one form in which they are compared. */
function readPublicUrl(text: string): string {
  const url = /^https?:\/\/[^/?#\\]/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin = url !== undefined && url.pathname === "/" && url.username === "" && url.password === "" && !/[?#\s]/.test(text);
  if (isOrigin) return url.origin;
  throw new ProductError("usage", `--public-url: "${text}" is not scheme, host and port`, {
    hint: "Write it as https://patchgap.example or http://127.0.0.1:8080, without a path.",
  });
}

/** A timer of Node.js that is set for longer rings at once. */
const longestHours = 24 * 24;
/** Nobody asks Microsoft more often than every minute. */
const shortestHours = 1 / 60;
const hourMs = 3_600_000;

function readSyncEvery(hours: number): number | undefined {
  if (hours === 0) return undefined;
  if (hours >= shortestHours && hours <= longestHours) return Math.round(hours * hourMs);
  throw new ProductError("usage", `--sync-every: ${hours} hours is ${hours > longestHours ? "too long" : "too short"}`, {
    hint: `Choose between a minute (0.02) and ${longestHours} hours, or 0 for never.`,
  });
}

/** It is sent in a header: plain letters, digits and signs. */
function readMetricsToken(token: string | undefined): string | undefined {
  if (token === undefined || /^[!-~]+$/.test(token)) return token;
  throw new ProductError("usage", "--metrics-token: a token has no spaces and no letters beyond ASCII");
}
