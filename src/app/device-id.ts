import { hash } from "node:crypto";

/** The tenant that exists from the start. */
export const defaultTenant = "default";

/**
 * The id of a device that brought none: SHA-1, as 40 hex digits, of the UTF-8 bytes of tenant, `/` and lower-cased name.
 * `printf 'default/pc-042' | sha1sum` gives the same.
 */
export function deviceIdOf(deviceName: string, tenant: string = defaultTenant): string {
  return hash("sha1", `${tenant}/${deviceName.toLowerCase()}`);
}
