import { defineConfig, type ViteUserConfig } from "vitest/config";
import { onCitus } from "./test/slow-machine.ts";

/** Where CI wants the numbers as JSON beside the usual output. */
const report = process.env["PATCHGAP_TEST_REPORT"];

const config: ViteUserConfig = defineConfig({
  test: {
    globalSetup: ["test/start-postgres.ts"],
    include: ["src/**/*.test.ts", "web/**/*.test.ts", "test/**/*.test.ts"],
    // What hangs ends; how fast anything is, no test says: on some machines the longest take a minute.
    testTimeout: onCitus(180_000),
    // Whole servers are started and ended in hooks.
    hookTimeout: onCitus(180_000),
    ...(report === undefined ? {} : { reporters: ["default", "json"], outputFile: { json: report } }),
  },
});
export default config;
