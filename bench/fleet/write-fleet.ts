import type { Writable } from "node:stream";
import type { FleetLine } from "./fleet-lines.ts";
import { FleetTally } from "./fleet-tally.ts";

/** Lines are handed over in pieces of about this many characters. */
const pieceSize = 256 * 1024;

/** Writes a fleet as fast as its reader takes it, and no faster; a reader that has enough ends it. The tally tells what was written. */
export async function writeFleet(lines: Iterable<FleetLine>, out: Writable): Promise<FleetTally> {
  const tally = new FleetTally();
  let failure: NodeJS.ErrnoException | undefined;
  let goOn = (): void => undefined;
  out.on("drain", () => goOn());
  out.on("close", () => goOn());
  out.on("error", (error) => {
    failure = error;
    goOn();
  });
  const write = async (piece: string): Promise<void> => {
    if (out.write(piece) || failure !== undefined || out.destroyed) return;
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
  };
  let piece = "";
  for (const line of lines) {
    piece += `${line.text}\n`;
    tally.add(line);
    if (piece.length < pieceSize) continue;
    await write(piece);
    piece = "";
    if (failure !== undefined || out.destroyed) break;
  }
  await write(piece);
  await new Promise<void>((resolve) => void out.write("", () => resolve()));
  if (failure !== undefined && failure.code !== "EPIPE") throw failure;
  return tally;
}
