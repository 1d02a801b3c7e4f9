/** Whom to ask for what stands first in a list. */
interface Asked {
  readonly ask: (path: string) => Promise<{ readonly json: { readonly value: readonly { readonly id: string }[] } }>;
}

/** Every view of the page with something on it, by name. */
export async function viewsOf(server: Asked): Promise<Readonly<Record<string, string>>> {
  const first = async (path: string): Promise<string> => (await server.ask(path)).json.value[0]?.id ?? "";
  const device = await first("/api/fleet/machines?rankBy=missing&$top=1");
  const kb = await first("/api/missingupdates?$orderby=machineMissedOn desc&$top=1");
  const cve = await first("/api/vulnerabilities?$orderby=exposedMachines desc&$top=1");
  const software = await first("/api/software?$orderby=exposedMachines desc&$top=1");
  return {
    overview: "/",
    updates: "/updates",
    update: `/updates/${kb}`,
    devices: "/devices?sort=severity",
    device: `/devices/${device}`,
    software: "/software",
    "one-software": `/software/${software}`,
    cves: "/cves",
    cve: `/cves/${cve}`,
    upload: "/upload",
  };
}
