import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { loadSample } from "../../src/cli/load-sample.ts";
import { packageFolder } from "../../src/compose.ts";
import { sampleTime } from "../http/a-server.ts";
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
const served = await servePage({ isSample: true, documents: null }, async ({ store, server }) => {
  await loadSample(store, { now: () => new Date(sampleTime) });
  await server.lookForKnowledge();
});
const views = await viewsOf(served.server);
for (const [name, view, options] of pictures) {
  const path = views[view] ?? "/";
  const { context, page } = await served.open(view === "devices" ? "/devices?sort=-severity" : path, options);
  await settled(page);
  // The days of the exposure are counted in the background.
  await page.getByText("The days are being counted").waitFor({ state: "detached" });
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await context.close();
}
await served.close();
process.stdout.write(`${pictures.length} pictures are in docs/pictures\n`);
