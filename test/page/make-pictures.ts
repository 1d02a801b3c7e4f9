import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../src/compose.ts";
import { sampleFleet } from "../http/fleet-at-work.ts";
import { servePage, settled } from "./served-page.ts";
import { viewsOf } from "./views.ts";

/** Makes the pictures of docs/page.md from the sample: `npm run pictures`. */
const folder = join(packageFolder, "docs", "pictures");
const wide = { viewport: { width: 1100, height: 700 } };

const pictures = [
  ["overview", "overview", wide],
  ["overview-dark", "overview", { ...wide, colorScheme: "dark" }],
  ["updates", "updates", wide],
  ["update", "update", wide],
  ["devices", "devices", wide],
  ["device", "device", wide],
  ["narrow", "overview", { viewport: { width: 375, height: 760 } }],
] as const;

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const served = await servePage({ isSample: true }, (server) => server.ingest(sampleFleet()));
const views = await viewsOf(served.server);
for (const [name, view, options] of pictures) {
  const path = views[view] ?? "/";
  const { context, page } = await served.open(view === "devices" ? "/devices?sort=-severity" : path, options);
  await settled(page);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await context.close();
}
await served.close();
process.stdout.write(`${pictures.length} pictures are in docs/pictures\n`);
