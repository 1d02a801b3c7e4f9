/**
 * Looks up what many requests ask for, all that is asked within one turn of the event loop at once: for a store one question with a hundred
 * keys is little more than one with a single key. A key that several ask for is looked up once; nobody gets what was read before it asked.
 */
export function lookUpTogether<V>(read: (keys: readonly string[]) => Promise<readonly V[]>): (key: string) => Promise<V> {
  let waiting = new Map<string, PromiseWithResolvers<V>>();
  const look = async (): Promise<void> => {
    const asked = waiting;
    waiting = new Map();
    try {
      const values = (await read([...asked.keys()])).values();
      for (const { resolve } of asked.values()) resolve(values.next().value as V);
    } catch (error) {
      for (const { reject } of asked.values()) reject(error);
    }
  };
  return (key) => {
    const same = waiting.get(key);
    if (same !== undefined) return same.promise;
    if (waiting.size === 0) setImmediate(() => void look());
    const own = Promise.withResolvers<V>();
    waiting.set(key, own);
    return own.promise;
  };
}
