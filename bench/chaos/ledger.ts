import { deviceIdOf } from "../../src/app/device-id.ts";
import { madeUpBuilds } from "../corpus.ts";
import type { Tally } from "./tally.ts";

/** One inventory that was sent. */
export interface Sent {
  /** when it says that it was collected, ms; no two of a device have the same */
  readonly at: number;
  /** a number in it by which it is known again */
  readonly mark: number;
}

/** A device, and what its senders know of it. */
export interface LedgerDevice {
  readonly id: string;
  readonly name: string;
  readonly build: number;
  /** it has more than any month brings: it misses nothing, ever; the others always miss the newest update */
  readonly isCurrent: boolean;
  /** by time of collection */
  readonly sent: Map<number, number>;
  /** the newest one that was answered with 200 */
  acknowledged: Sent | undefined;
}

/** An inventory to send, and what to do when it was answered with 200. */
export interface CheckInToSend {
  readonly line: string;
  readonly acknowledge: () => void;
}

/** What was sent and what was acknowledged, by device: the newest acknowledged inventory, or a newer one, must be what is stored. */
export class Ledger {
  readonly #devices: LedgerDevice[] = [];
  #marks = 0;
  acknowledgements = 0;

  /** those of whom an inventory was acknowledged */
  get acknowledged(): readonly LedgerDevice[] {
    return this.#devices.filter(({ acknowledged }) => acknowledged !== undefined);
  }

  get size(): number {
    return this.#devices.length;
  }

  /** The device of that number; one that is new where there is none yet. */
  device(number: number): LedgerDevice {
    const known = this.#devices[number];
    if (known !== undefined) return known;
    const next = this.#devices.length;
    const name = `pc-${String(next).padStart(5, "0")}.contoso.example`;
    const build = madeUpBuilds[next % madeUpBuilds.length] as number;
    const made = { id: deviceIdOf(name), name, build, isCurrent: next % 7 === 3, sent: new Map<number, number>(), acknowledged: undefined };
    this.#devices.push(made);
    return made;
  }

  /** Another inventory of a device: changed, the same as before with a later time, or one that was collected earlier and must not win. */
  next(device: LedgerDevice, how: "changed" | "repeated" | "earlier"): CheckInToSend {
    const newest = Math.max(0, ...device.sent.keys());
    let at = how === "earlier" ? newest - 60_000 : Math.max(Date.now(), newest + 1);
    while (device.sent.has(at)) at--;
    const mark = how === "repeated" ? (device.sent.get(newest) ?? 0) : ++this.#marks;
    device.sent.set(at, mark);
    const acknowledge = (): void => {
      this.acknowledgements++;
      if (at > (device.acknowledged?.at ?? 0)) device.acknowledged = { at, mark };
    };
    return { line: lineOf(device, { at, mark }), acknowledge };
  }
}

/** Compares what a server says of a device with what was acknowledged before it was asked. */
export function checkStored(device: LedgerDevice, least: Sent | undefined, stored: Stored, tally: Tally): void {
  const at = Date.parse(stored.collectedAt);
  const mark = Number(/^8[.](\d+)$/.exec(stored.software?.[0]?.version ?? "")?.[1]);
  const said = `${device.name}: acknowledged ${JSON.stringify(least)}, stored ${JSON.stringify({ at, mark })}`;
  if (at < (least?.at ?? 0)) tally.violate("an acknowledged check-in is lost", said);
  if (device.sent.get(at) !== mark) tally.violate("what is stored is not what was sent", said);
}

/** An inventory as it is answered. */
export interface Stored {
  readonly collectedAt: string;
  readonly software?: readonly { readonly version?: string }[];
}

function lineOf({ name, build, isCurrent }: LedgerDevice, { at, mark }: Sent): string {
  return JSON.stringify({
    schema: "patchgap.inventory/1",
    deviceName: name,
    collectedAt: new Date(at).toISOString(),
    os: {
      caption: `Microsoft Windows ${build < 22_000 ? 10 : 11} Pro`,
      version: `10.0.${build}`,
      build,
      ubr: isCurrent ? 99_999 : 1000 + 100 * (mark % 2),
      installationType: "Client",
      architecture: "x64",
    },
    installedKbs: [],
    software: [{ name: "Notepad++ (64-bit x64)", version: `8.${mark}` }],
  });
}
