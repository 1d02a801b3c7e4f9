import { setTimeout as pause } from "node:timers/promises";
import type { Answer, Question } from "./client.ts";
import { readInventory } from "./load.ts";
import type { StormServer } from "./servers.ts";
import type { Storm } from "./storm.ts";
import { newestKb } from "./walker.ts";

/** After the storm every server must have everything that was acknowledged, and count right. */
export async function checkAfterwards(storm: Storm): Promise<void> {
  const { tally, ledger, servers } = storm;
  for (const server of servers) {
    const devices = [...ledger.acknowledged];
    const read = async (): Promise<void> => {
      for (let device = devices.pop(); device !== undefined; device = devices.pop()) {
        const answer = await readInventory(storm, device, server);
        tally.count("looked for afterwards", answer?.status === 200 ? "there" : "not answered");
        if (answer?.status !== 200) tally.violate("no answer after the storm", `${server.origin}: ${device.name}`);
      }
    };
    await Promise.all([read(), read(), read(), read()]);
    await checkCounts(storm, server);
  }
}

/** How many devices miss each update is kept up by every check-in: it must be what a count of the devices gives. */
async function checkCounts(storm: Storm, server: StormServer): Promise<void> {
  const machines = await untilAnswered(storm, server, { kind: "afterwards", path: "/api/machines?$top=10000" });
  const updates = await untilAnswered(storm, server, { kind: "afterwards", path: "/api/missingupdates" });
  const ids = new Set((machines.json.value as readonly { readonly id: string }[]).map(({ id }) => id));
  const counted = new Map<string, number>();
  for (let number = 0; number < storm.ledger.size; number++) {
    const device = storm.ledger.device(number);
    const kb = newestKb(device, updates.newestMonth) ?? "";
    if (ids.has(device.id) && !device.isCurrent) counted.set(kb, (counted.get(kb) ?? 0) + 1);
  }
  const rows = updates.json.value as readonly { readonly id: string; readonly machineMissedOn: number }[];
  const told = new Map(rows.map(({ id, machineMissedOn }) => [id, machineMissedOn]));
  const isSame = told.size === counted.size && [...counted].every(([kb, devices]) => told.get(kb) === devices);
  const said = `${server.origin}: ${JSON.stringify([...told])}, counted ${JSON.stringify([...counted])} at ${updates.newestMonth}`;
  if (!isSame) storm.tally.violate("counts are wrong after the storm", said);
}

async function untilAnswered({ ask }: Storm, server: StormServer, question: Question): Promise<Answer> {
  for (let tries = 0; tries < 50; tries++) {
    const answer = await ask(server, question);
    if (answer?.status === 200) return answer;
    await pause(answer?.waitMs ?? 200);
  }
  throw new Error(`${server.origin}${question.path} was not answered after the storm`);
}
