import { setTimeout as pause } from "node:timers/promises";
import type { Answer } from "./client.ts";
import { checkStored, type LedgerDevice } from "./ledger.ts";
import type { StormServer } from "./servers.ts";
import type { Storm } from "./storm.ts";
import { machinesWalk, missingKbsWalk, newestKb, walkOnce } from "./walker.ts";

/** Between two requests of one client. */
const breathMs = 20;
const mostTogether = 12;

/** Everything that clients do at once, until the storm is over. */
export async function mixedLoad(storm: Storm): Promise<void> {
  const clients = [checkIn, checkIn, checkIn, checkIn, missingKbs, missingKbs, inventory, walkMachines, walkMachines, walkMissingKbs];
  await Promise.all(clients.map((client) => repeat(storm, client)));
}

async function repeat(storm: Storm, once: (storm: Storm) => Promise<Answer | undefined>): Promise<void> {
  while (!storm.isOver()) {
    const answer = await once(storm);
    await pause(answer?.status === 503 ? answer.waitMs : breathMs);
  }
}

const walkMachines = (storm: Storm): Promise<undefined> => walkOnce(storm, machinesWalk);
const walkMissingKbs = (storm: Storm): Promise<undefined> => walkOnce(storm, missingKbsWalk);

/** Several devices report at once: most something new, some the same again, some what they had collected earlier; now and then a new device. */
async function checkIn(storm: Storm): Promise<Answer | undefined> {
  const { random, ledger } = storm;
  const devices = new Set<LedgerDevice>();
  for (let count = 1 + random(mostTogether); count > 0; count--)
    devices.add(ledger.device(random(ledger.size + (random(8) === 0 ? 1 : 0))));
  return post(storm, [...devices]);
}

/** The devices that there are from the start. */
export async function firstCheckIns(storm: Storm, devices: number): Promise<void> {
  for (let from = 0; from < devices; from += 100)
    await post(
      storm,
      Array.from({ length: Math.min(100, devices - from) }, (_, index) => storm.ledger.device(from + index)),
    );
}

async function post({ ask, anyServer, random, ledger, tally }: Storm, devices: readonly LedgerDevice[]): Promise<Answer | undefined> {
  const items = devices.map((device) => {
    const chance = random(10);
    return ledger.next(device, device.sent.size === 0 || chance < 7 ? "changed" : chance < 9 ? "repeated" : "earlier");
  });
  const answer = await ask(anyServer(), { kind: "check-ins", path: "/api/inventories", lines: items.map(({ line }) => line).join("\n") });
  if (answer?.status !== 200) {
    if (answer !== undefined && answer.status < 500) tally.violate(`check-ins answered with ${answer.status}`, JSON.stringify(answer.json));
    return answer;
  }
  const stored = (answer.json.value as readonly { readonly outcome: string }[]).filter(({ outcome }) => outcome !== "refused");
  if (stored.length !== items.length)
    tally.violate("an inventory was refused", `${items.length} sent: ${JSON.stringify(answer.json.counts)}`);
  for (const { acknowledge } of items) acknowledge();
  return answer;
}

function anyAcknowledged({ ledger, random }: Storm): LedgerDevice {
  const devices = ledger.acknowledged;
  return devices[random(devices.length)] as LedgerDevice;
}

/** What a device misses is known before it is asked: nothing, or the update of the catalog's newest month. */
async function missingKbs(storm: Storm): Promise<Answer | undefined> {
  const device = anyAcknowledged(storm);
  const answer = await storm.ask(storm.anyServer(), { kind: "getmissingkbs", path: `/api/machines/${device.id}/getmissingkbs` });
  if (answer === undefined || answer.status === 503) return answer;
  const found = answer.status === 200 ? (answer.json.value as readonly { readonly id: string }[]).map(({ id }) => id) : [];
  const expected = device.isCurrent ? [] : [newestKb(device, answer.newestMonth)];
  if (answer.status !== 200) storm.tally.violate(`getmissingkbs answered with ${answer.status}`, JSON.stringify(answer.json));
  else if (JSON.stringify(found) !== JSON.stringify(expected))
    storm.tally.violate("a wrong list of missing KBs", `${device.name} under ${answer.newestMonth}: ${found}, expected ${expected}`);
  return answer;
}

/** What was acknowledged by one server is there at another. */
async function inventory(storm: Storm): Promise<Answer | undefined> {
  return readInventory(storm, anyAcknowledged(storm), storm.anyServer());
}

/** Reads the newest inventory of a device and compares it with what was acknowledged before. */
export async function readInventory({ ask, tally }: Storm, device: LedgerDevice, server: StormServer): Promise<Answer | undefined> {
  const least = device.acknowledged;
  const answer = await ask(server, { kind: "inventory of a device", path: `/api/machines/${device.id}/inventory` });
  if (answer?.status === 200) checkStored(device, least, answer.json.inventory, tally);
  else if (answer?.status === 404) tally.violate("an acknowledged device is lost", device.name);
  else if (answer !== undefined && answer.status !== 503) tally.violate(`an inventory answered with ${answer.status}`, device.name);
  return answer;
}
