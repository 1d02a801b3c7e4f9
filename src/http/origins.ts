/** Under which names the server is called. */
export interface Origins {
  /** scheme and host of a request by its `Host`; one that is not ours gets the first of ours */
  readonly of: (host: string | undefined) => string;
}

/** The names that were configured; where none were, the address listened at, and the other names of this machine. */
export function originsOf(
  publicUrls: readonly string[],
  listening: { readonly scheme: "http" | "https"; readonly host: string; readonly port: number },
): Origins {
  const { scheme, host, port } = listening;
  const local = ["127.0.0.1", "localhost", "[::1]"];
  const own = host.includes(":") ? `[${host}]` : host;
  const listened = [own, ...(local.includes(own) || own === "0.0.0.0" || own === "[::]" ? local : [])].map(
    (name) => new URL(`${scheme}://${name}:${port}`).origin,
  );
  const known = publicUrls.length > 0 ? [...publicUrls, ...listened] : listened;
  const byHost = new Map(known.map((origin) => [origin.slice(origin.indexOf("://") + 3), origin]));
  const [first = ""] = known;
  return {
    of: (called) =>
      byHost.get((called ?? "").toLowerCase().replace(/:(?:80|443)$/, "")) ?? byHost.get((called ?? "").toLowerCase()) ?? first,
  };
}
