import { LIMITS } from "./limits.ts";

/**
 * Says why a device name is refused, or undefined. Names are kept as they were sent, control characters included: whoever prints one escapes it.
 * Refused are only those that cannot be told apart or stored: empty ones, over-long ones, and halves of a surrogate pair.
 */
export function refusedDeviceName(name: string): string | undefined {
  if (/^[ \t\r\n]*$/.test(name)) return "the device name is empty";
  if (isLongerThan(name, LIMITS.deviceName)) return `the device name is longer than ${LIMITS.deviceName} characters`;
  if (hasLoneSurrogate(name)) return "the device name holds half a surrogate pair and is no text";
  return undefined;
}

/** Whether a text has more characters (code points) than that. */
export function isLongerThan(text: string, characters: number): boolean {
  if (text.length <= characters) return false;
  return text.length > 2 * characters || [...text].length > characters;
}

/** Whether a text cannot be written as UTF-8. */
export function hasLoneSurrogate(text: string): boolean {
  return !text.isWellFormed();
}

/** Two names of one device: upper and lower case are the same, as are the full DNS name and the NetBIOS name, which ends after 15 characters. */
export function isSameDeviceName(a: string, b: string): boolean {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left === right || isShortFor(left, right) || isShortFor(right, left);
}

const NETBIOS_LENGTH = 15;

function isShortFor(short: string, long: string): boolean {
  const [label = ""] = long.split(".");
  return short === label || (short.length === NETBIOS_LENGTH && label.startsWith(short));
}
