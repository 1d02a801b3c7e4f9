/**
 * Works out once what comes of an object, however often it is asked for: for objects that never change and that many share, as the inventories of a
 * fleet share their systems and lists of software. What nobody else holds is forgotten with what came of it.
 */
export function remembered<K extends object, V extends object>(make: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, V>();
  return (of) => {
    const before = known.get(of);
    if (before !== undefined) return before;
    const made = make(of);
    known.set(of, made);
    return made;
  };
}
