import { isIPv4, isIPv6 } from "node:net";
import { ProductError } from "../domain/errors.ts";

/** Where a server listens. */
export interface ListenAddress {
  /** a name or an address; of IPv6 without brackets */
  readonly host: string;
  /** 0: any that is free */
  readonly port: number;
}

/** Reads `127.0.0.1:8080`, `[::1]:8080` or `localhost:8080`; @throws ProductError `usage` */
export function readListenAddress(text: string): ListenAddress {
  const parts = /^(?:\[(?<six>[^\]]*)\]|(?<host>[^:[\]]*)):(?<port>\d{1,5})$/.exec(text)?.groups;
  const port = Number(parts?.["port"] ?? Number.NaN);
  const six = parts?.["six"];
  const host = six ?? parts?.["host"] ?? "";
  const isHost = six === undefined ? isHostName(host) : isIPv6(six);
  if (isHost && port <= 65_535) return { host, port };
  throw new ProductError("usage", `--listen: "${text}" is no address with a port`, { hint: adviceFor(text, port) });
}

/** Whether only this machine can come there. */
export function isLoopback(host: string): boolean {
  if (isIPv4(host)) return host.startsWith("127.");
  return host.toLowerCase() === "localhost" || host === "::1" || host === "0:0:0:0:0:0:0:1";
}

function isHostName(host: string): boolean {
  if (/^[\d.]+$/.test(host)) return isIPv4(host);
  return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host) && host.length <= 253;
}

function adviceFor(text: string, port: number): string {
  if (port > 65_535) return "Ports go up to 65535.";
  if (isIPv6(text) || /^[0-9a-f]*:[0-9a-f:]*:\d+$/i.test(text)) return "Write an IPv6 address in brackets: [::1]:8080.";
  return "Write it as 127.0.0.1:8080 or [::1]:8080; 0.0.0.0:8080 is every address of this machine.";
}
