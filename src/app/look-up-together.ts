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
  let underWay = new Set<object>();
  let patience: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    clearTimeout(patience);
    patience = undefined;
    const asked = waiting;
    waiting = new Map();
    underWay.add(asked);
    try {
      const values = (await read([...asked.keys()])).values();
      for (const { resolve } of asked.values()) resolve(values.next().value as V);
    } catch (error) {
      for (const { reject } of asked.values()) reject(error);
    }
    underWay.delete(asked);
    // Those who waited have been answered; who goes on with them asks with the next question.
    if (underWay.size < mostUnderWay && patience !== undefined) void look();
  };
  const lookAnyway = (): void => {
    // Those that may never be answered keep nobody waiting a second time.
    underWay = new Set();
    void look();
  };
  const lookSoon = (): void => {
    if (underWay.size < mostUnderWay) void look();
    else patience = setTimeout(lookAnyway, patienceMs);
  };
  return (key) => {
    const same = waiting.get(key);
    if (same !== undefined) return same.promise;
    if (waiting.size === 0) setImmediate(lookSoon);
    const own = Promise.withResolvers<V>();
    waiting.set(key, own);
    return own.promise;
  };
}
