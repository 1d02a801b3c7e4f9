import type { CheckIn, CheckInResult } from "../../stores/device-store.ts";

type StoreCheckIns = (tenantId: string, checkIns: readonly CheckIn[]) => Promise<readonly CheckInResult[]>;

interface Waiting {
  readonly tenantId: string;
  readonly checkIns: readonly CheckIn[];
  readonly resolve: (results: readonly CheckInResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/** So many inventories share one transaction, and one wait for the disk. */
const mostTogether = 500;

/** Many devices that check in at once wait for the disk together: one commit for all that came while the last one ran. */
export function checkInQueue(store: StoreCheckIns): StoreCheckIns {
  const waiting: Waiting[] = [];
  let isRunning = false;

  const run = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) await commit(takeTogether(waiting), store);
    isRunning = false;
  };
  return (tenantId, checkIns) =>
    new Promise((resolve, reject) => {
      waiting.push({ tenantId, checkIns, resolve, reject });
      if (!isRunning) setImmediate(() => void (isRunning || run()));
    });
}

/** The first that waits and those behind it of the same tenant. */
function takeTogether(waiting: Waiting[]): readonly Waiting[] {
  const taken: Waiting[] = [];
  let size = 0;
  for (let index = 0; index < waiting.length && size < mostTogether; ) {
    const one = waiting[index];
    if (one !== undefined && one.tenantId === (taken[0] ?? one).tenantId) {
      taken.push(one);
      size += one.checkIns.length;
      waiting.splice(index, 1);
    } else index++;
  }
  return taken;
}

async function commit(together: readonly Waiting[], store: StoreCheckIns): Promise<void> {
  try {
    const results = await store(
      together[0]?.tenantId ?? "",
      together.flatMap(({ checkIns }) => checkIns),
    );
    let from = 0;
    for (const { checkIns, resolve } of together) {
      resolve(results.slice(from, from + checkIns.length));
      from += checkIns.length;
    }
  } catch (error) {
    for (const { reject } of together) reject(error);
  }
}
