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
  return /\p{Surrogate}/u.test(text);
}

/** Two names of one device: NetBIOS name and full DNS name count as the same, as do upper and lower case. */
export function isSameDeviceName(a: string, b: string): boolean {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left === right || left.startsWith(`${right}.`) || right.startsWith(`${left}.`);
}
