import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { deviceIdOf } from "../../src/app/device-id.ts";
import { runChild } from "../child.ts";

/** A made-up fleet in a file, an inventory a line. */
export interface FleetFile {
  readonly file: string;
  readonly devices: number;
}

/** Writes a fleet as `npm run fleet` does, in a process of its own. */
export function writeFleetFile(
  file: string,
  wish: { readonly devices: number; readonly postures: number; readonly data: string },
): FleetFile {
  const { devices, postures, data } = wish;
  const sizes = ["--devices", String(devices), "--postures", String(Math.min(postures, devices)), "--seed", "1"];
  runChild([fileURLToPath(new URL("../fleet/run.ts", import.meta.url)), ...sizes, "--data", data, "--out", file]);
  return { file, devices };
}

/** The id under which a device of such a fleet is known. */
export function idOf(device: number): string {
  return deviceIdOf(`pc-${String(device).padStart(7, "0")}.contoso.example`);
}

/** The lines of a file, so many at a time: memory does not grow with the file. */
export async function* batchesOf({ file }: FleetFile, size: number): AsyncGenerator<readonly string[]> {
  let batch: string[] = [];
  for await (const line of createInterface({
    input: createReadStream(file, { highWaterMark: 262_144 }),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    if (batch.push(line) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
