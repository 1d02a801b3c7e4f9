import { join } from "node:path";
import { defineConfig } from "vite";

/** The page: `vite build web` puts it into dist/web, from where the server answers `/ui/`. */
export default defineConfig({
  root: import.meta.dirname,
  base: "/ui/",
  publicDir: join(import.meta.dirname, "public"),
  build: {
    outDir: join(import.meta.dirname, "..", "dist", "web"),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
});
