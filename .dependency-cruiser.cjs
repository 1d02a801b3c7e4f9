// Who may import whom. test/architecture/ runs these rules over the product and over files that break them on purpose.
const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
const edges = "^src/(feeds|inventory|stores|odata|http|cli)/";
const contracts = "^src/(feeds/feed|inventory/format|stores/((device|fleet|auth|portable)-)?store)[.]ts$";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    rule(
      "pure-stays-pure",
      "The domain does no I/O and needs no package.",
      { path: "^src/(domain|odata)/", pathNot: "[.]test[.]ts$" },
      { dependencyTypesNot: ["local"] },
    ),
    rule(
      "domain-knows-nothing",
      "The domain imports nothing outside itself.",
      { path: "^src/domain/" },
      { path: "^src/", pathNot: "^src/domain/" },
    ),
    rule(
      "odata-knows-nothing",
      "The query language imports nothing outside itself.",
      { path: "^src/odata/" },
      { path: "^src/", pathNot: "^src/odata/" },
    ),
    rule(
      "app-sees-contracts-only",
      "Use cases know contracts, never implementations.",
      { path: "^src/app/" },
      { path: "^src/", pathNot: ["^src/(app|domain|odata)/", contracts] },
    ),
    rule(
      "edges-do-not-know-each-other",
      "Feeds, inventory formats, stores and faces meet in compose, or in a contract.",
      { path: edges },
      { path: edges, pathNot: ["^src/$1/", "^src/odata/", contracts] },
    ),
    rule(
      "implementations-do-not-know-each-other",
      "One feed or one store never reads another's files.",
      { path: "^src/(feeds|stores)/([^/]+)/" },
      { path: "^src/$1/[^/]+/", pathNot: ["^src/$1/$2/", "^src/stores/sql/"] },
    ),
    rule(
      "only-faces-use-cases",
      "Use cases are called by faces and by the public door.",
      { path: "^src/(feeds|inventory|stores)/" },
      { path: "^src/app/" },
    ),
    rule(
      "only-cli-composes",
      "compose names the implementations; only the command line calls it.",
      { path: "^src/", pathNot: ["^src/cli/", "^src/compose(-server)?[.]ts$"] },
      { path: "^src/compose(-server)?[.]ts$" },
    ),
    rule(
      "drivers-stay-in-stores",
      "A database driver appears only under stores/.",
      { path: "^src/", pathNot: "^src/stores/" },
      { path: "(^|/)node_modules/(@types/)?(better-sqlite3|pg)(/|$)" },
    ),
    rule(
      "tokens-stay-in-auth",
      "The packages for signed tokens and for OpenID appear only under auth/.",
      { path: "^src/", pathNot: "^src/auth/" },
      { path: "(^|/)node_modules/(jose|openid-client|oauth4webapi)(/|$)" },
    ),
    rule(
      "no-dev-dependency-in-product",
      "What the product imports must be a run-time dependency.",
      { path: "^src/", pathNot: "[.]test[.]ts$" },
      { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "(^|/)node_modules/@types/" },
    ),
    rule("no-unknown-import", "Every import leads somewhere.", { path: "^src/" }, { couldNotResolve: true }),
    rule("no-circular", "No cycles, type imports counted.", { path: "^src/" }, { circular: true }),
  ],
  options: {
    doNotFollow: { path: "(^|/)node_modules/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: `${__dirname}/tsconfig.json` },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"] },
  },
};
