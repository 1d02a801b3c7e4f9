import { ProductError } from "../domain/errors.ts";

/** So many calls within so long a time. */
export interface Quota {
  readonly limit: number;
  readonly windowMs: number;
  /** the time as Defender writes it: `00:01:00`, `1.00:00:00` */
  readonly text: string;
}

const second = 1000;
const units: Readonly<Record<string, number>> = { s: second, min: 60 * second, h: 3600 * second, d: 86_400 * second };

/** Reads `100/min,1500/h`; @throws ProductError `usage` */
export function readQuotas(text: string): readonly Quota[] {
  const quotas = text.split(",").map((part) => readQuota(part.trim(), text));
  if (new Set(quotas.map(({ windowMs }) => windowMs)).size === quotas.length) return quotas;
  throw new ProductError("usage", `--quota: "${text}" has two limits for the same time`);
}

function readQuota(part: string, whole: string): Quota {
  const found = /^(?<limit>[1-9]\d{0,8})\s*\/\s*(?<unit>s|min|h|d)$/.exec(part)?.groups;
  const windowMs = units[found?.["unit"] ?? ""];
  if (found !== undefined && windowMs !== undefined) return { limit: Number(found["limit"]), windowMs, text: printWindow(windowMs) };
  const which = part === whole ? "" : ` in "${whole}"`;
  throw new ProductError("usage", `--quota: "${part}"${which} is no limit`, {
    hint: "Write limits as 100/min,1500/h; the times are s, min, h and d.",
  });
}

function printWindow(windowMs: number): string {
  const seconds = windowMs / second;
  const two = (number: number): string => String(Math.floor(number)).padStart(2, "0");
  const days = Math.floor(seconds / 86_400);
  return `${days === 0 ? "" : `${days}.`}${two((seconds / 3600) % 24)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}
