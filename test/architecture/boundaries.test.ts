import { join } from "node:path";
import { expect, test } from "vitest";
import { cruise, repository } from "./cruise.ts";

test("the product keeps its boundaries, and the check has looked at it", () => {
  const { modules, violations } = cruise(repository);
  expect(violations).toEqual([]);
  expect(modules).toBeGreaterThan(15);
});

test("every boundary rule sees a trespass", () => {
  const { violations } = cruise(join(repository, "test", "architecture", "trespass"));
  expect(violations).toEqual([
    "app-sees-contracts-only: src/app/names-an-implementation.ts",
    "domain-knows-nothing: src/domain/knows-a-feed.ts",
    "drivers-stay-in-stores: src/feeds/other/opens-a-database.ts",
    "edges-do-not-know-each-other: src/inventory/asks-the-store.ts",
    "implementations-do-not-know-each-other: src/feeds/other/reads-another-feed.ts",
    "no-circular: src/domain/round-a.ts",
    "no-dev-dependency-in-product: src/feeds/other/uses-a-test-tool.ts",
    "no-unknown-import: src/feeds/other/imports-nothing-there.ts",
    "odata-knows-nothing: src/odata/knows-the-domain.ts",
    "only-cli-composes: src/http/composes.ts",
    "only-faces-use-cases: src/feeds/other/calls-a-use-case.ts",
    "pure-stays-pure: src/domain/reads-a-file.ts",
    "tokens-stay-in-auth: src/http/checks-a-token.ts",
  ]);
});
