import { defineConfig, type ViteUserConfig } from "vitest/config";
import { onCitus } from "./test/slow-machine.ts";

/** Where CI wants the numbers as JSON beside the usual output. */
const report = process.env["PATCHGAP_TEST_REPORT"];

const config: ViteUserConfig = defineConfig({
  test: {
    globalSetup: ["test/start-postgres.ts"],
    include: ["src/**/*.test.ts", "web/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: onCitus(60_000),
    // Whole servers are started and ended in hooks.
    hookTimeout: onCitus(60_000),
    ...(report === undefined ? {} : { reporters: ["default", "json"], outputFile: { json: report } }),
  },
});
export default config;
