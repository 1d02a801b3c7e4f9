/** So many questions are under way at once: a store that has much to do gets longer ones, not more of them. */
const mostUnderWay = 4;
/** So long an answer is waited for before the next is asked all the same: their connections may be dead. */
const patienceMs = 50;

/**
 * Looks up what many requests ask for, all that is asked within one turn of the event loop at once: for a store one question with a hundred
 * keys is little more than one with a single key. A key that several ask for is looked up once; nobody gets what was read before it asked.
 */
export function lookUpTogether<V>(read: (keys: readonly string[]) => Promise<readonly V[]>): (key: string) => Promise<V> {
  let waiting = new Map<string, PromiseWithResolvers<V>>();
  // A number, and no set of them: the tables that a set outgrows point to those that follow, so that one that lives long (a collection came in between) keeps
  // all later ones, with all that hung on their questions, until the next full collection.
  let underWay = { count: 0 };
  let patience: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    clearTimeout(patience);
    patience = undefined;
    const asked = waiting;
    waiting = new Map();
    const among = underWay;
    among.count++;
    try {
      const values = (await read([...asked.keys()])).values();
      for (const { resolve } of asked.values()) resolve(values.next().value as V);
    } catch (error) {
      for (const { reject } of asked.values()) reject(error);
    }
    among.count--;
    // Those who waited have been answered; who goes on with them asks with the next question.
    if (underWay.count < mostUnderWay && patience !== undefined) void look();
  };
  const lookAnyway = (): void => {
    // Those that may never be answered keep nobody waiting a second time.
    underWay = { count: 0 };
    void look();
  };
  const lookSoon = (): void => {
    if (underWay.count < mostUnderWay) void look();
    else patience = setTimeout(lookAnyway, patienceMs);
  };
  return (key) => {
    const same = waiting.get(key);
    if (same !== undefined) return same.promise;
    if (waiting.size === 0) atEndOfTurn(lookSoon);
    const own = Promise.withResolvers<V>();
    waiting.set(key, own);
    return own.promise;
  };
}

let ending: (() => void)[] = [];

/** Within one turn of the event loop all lookups are begun one right after the other, so that a database can be sent them at once. */
function atEndOfTurn(act: () => void): void {
  if (ending.push(act) > 1) return;
  setImmediate(() => {
    const acts = ending;
    ending = [];
    for (const each of acts) each();
  });
}
