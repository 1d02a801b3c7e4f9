import { loadModule, parseSync } from "libpg-query";
import { deviceTables, smallTables } from "../../src/stores/postgres/migrations.ts";
import { nodeTable } from "../../src/stores/postgres/placement.ts";

await loadModule();

/** The column that tables of devices are distributed by. */
const key = "device_id";

type Node = Readonly<Record<string, unknown>>;

const distributed: readonly string[] = [...deviceTables, nodeTable];

/** Tables that somebody says where to put; that of the schema stays with the coordinator. */
const placedTables: readonly string[] = [...distributed, ...smallTables, "patchgap_schema"];

/** What of a text of SQL would break where tables of devices are distributed over several nodes and all others lie on every node. */
export function lintSql(sql: string): readonly string[] {
  const { stmts = [] } = parseSync(sql) as { readonly stmts?: readonly { readonly stmt: Node }[] };
  return stmts.flatMap(({ stmt }) => lintNode(stmt));
}

/** The same of a statement as it is sent to Citus: what must be said otherwise there is complained of too. */
export function lintSqlOnCitus(sql: string): readonly string[] {
  const { stmts = [] } = parseSync(sql) as { readonly stmts?: readonly { readonly stmt: Node }[] };
  return stmts.flatMap(({ stmt }) => [...lintNode(stmt), ...lintTopUnion(stmt), ...lintNode(stmt, rulesOnCitus)]);
}

/** Statements stand within statements: rules hold wherever one begins. */
function lintNode(value: unknown, rules: Rules = rulesAnywhere): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => lintNode(each, rules));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([kind, body]) => [...(rules[kind]?.(body as Node) ?? []), ...lintNode(body, rules)]);
}

type Rules = Readonly<Record<string, (body: Node) => readonly string[]>>;

const rulesAnywhere: Rules = {
  CreateStmt: (body) => [
    ...lintTable(body["relation"], nodes(body["tableElts"])),
    ...(placedTables.includes(nameOf(body["relation"])) ? [] : ["a table that nobody says where to put"]),
    ...((body["relation"] as Node)["relpersistence"] === "t" ? ["a temporary table"] : []),
  ],
  AlterTableStmt: (body) =>
    lintTable(
      body["relation"],
      nodes(body["cmds"]).map((each) => (inner(each, "AlterTableCmd")["def"] ?? {}) as Node),
    ),
  IndexStmt: (body) => {
    const columns = nodes(body["indexParams"]).map((each) => inner(each, "IndexElem")["name"]);
    return isDistributed(body["relation"]) && body["unique"] === true && !columns.includes(key) ? [`a unique index without ${key}`] : [];
  },
  UpdateStmt: (body) => [...(isDistributed(body["relation"]) ? lintTargets(body["targetList"]) : []), ...lintChange(body)],
  DeleteStmt: (body) => lintChange(body),
  InsertStmt: (body) => {
    const conflict = (body["onConflictClause"] ?? {}) as Node;
    const inferred = nodes((conflict["infer"] as Node | undefined)?.["indexElems"]).map((each) => inner(each, "IndexElem")["name"]);
    if (!isDistributed(body["relation"]) || body["onConflictClause"] === undefined) return [];
    return [...lintTargets(conflict["targetList"]), ...(inferred.includes(key) ? [] : [`a conflict that is not on ${key}`])];
  },
  SelectStmt: (body) => [
    ...(body["lockingClause"] !== undefined && devicesIn(body["fromClause"])
      ? ["rows of devices that are locked: a lock across nodes"]
      : []),
  ],
  JoinExpr: (body) => {
    const isOfTwo = devicesIn(body["larg"]) && devicesIn(body["rarg"]);
    return isOfTwo && !equatesKey(body["quals"]) ? [`devices joined by something else than ${key}`] : [];
  },
  WindowDef: (body) => (partsOf(body).includes(key) ? [] : [`a window that does not part by ${key}`]),
  FuncCall: (body) => lintCall(body),
  VariableSetStmt: (body) => (body["is_local"] === true ? [] : ["a setting of a session"]),
  CreateSeqStmt: () => ["a sequence"],
  ListenStmt: () => ["LISTEN"],
  NotifyStmt: () => ["NOTIFY"],
  UnlistenStmt: () => ["UNLISTEN"],
  CreateTrigStmt: () => ["a trigger"],
  LockStmt: () => ["a lock of a whole table"],
};

/** What is complained of only where it is really sent to Citus. */
const rulesOnCitus: Rules = {
  // Nobody can ask each node for devices on behalf of a row that lies on all of them.
  SelectStmt: (body) => {
    const asks = [...tablesIn(body["fromClause"])];
    const isSmall = asks.length > 0 && !asks.some((name) => distributed.includes(name));
    return isSmall && devicesIn(body["whereClause"]) ? ["a table of every node that is asked what devices have"] : [];
  },
  RangeSubselect: (body) => {
    const parts = unionParts(inner((body["subquery"] ?? {}) as Node, "SelectStmt"));
    const isLacking = parts.length > 1 && parts.some((part) => devicesIn(part["fromClause"]) && !selects(part, key));
    return isLacking ? [`a union of devices without ${key}`] : [];
  },
};

/** Its parts are fetched one after another, at two moments: a device that changes between them is in both or in none. */
function lintTopUnion(stmt: Node): readonly string[] {
  const parts = unionParts(inner(stmt, "SelectStmt"));
  return parts.length > 1 && parts.some((part) => devicesIn(part["fromClause"])) ? ["a union of devices that is not within a query"] : [];
}

function unionParts(select: Node): readonly Node[] {
  if (select["larg"] === undefined) return [select];
  return [...unionParts(select["larg"] as Node), ...unionParts(select["rarg"] as Node)];
}

function selects(select: Node, column: string): boolean {
  const targets = nodes(select["targetList"]).map((each) => inner(each, "ResTarget")["val"]);
  return targets.some((value) => lastName(inner((value ?? {}) as Node, "ColumnRef")["fields"]) === column);
}

function equatesKey(quals: unknown): boolean {
  if (Array.isArray(quals)) return quals.some(equatesKey);
  if (typeof quals !== "object" || quals === null) return false;
  const { A_Expr: compared } = quals as Node;
  const sides = compared === undefined ? [] : [(compared as Node)["lexpr"], (compared as Node)["rexpr"]];
  const isKey = (side: unknown): boolean => lastName(inner((side ?? {}) as Node, "ColumnRef")["fields"]) === key;
  return (
    (sides.length === 2 && sides.every(isKey) && lastName((compared as Node)["name"]) === "=") || Object.values(quals).some(equatesKey)
  );
}

function partsOf(window: Node): readonly string[] {
  return nodes(window["partitionClause"]).map((each) => lastName(inner(each, "ColumnRef")["fields"]));
}

function lintCall(call: Node): readonly string[] {
  const name = lastName(call["funcname"]);
  const over = call["over"] as Node | undefined;
  // A window that has a name is looked at where it is described.
  const ofWindow =
    over === undefined || over["name"] !== undefined || partsOf(over).includes(key) ? [] : [`a window that does not part by ${key}`];
  const [, , local] = nodes(call["args"]);
  const isForSession = name === "set_config" && (inner(local ?? {}, "A_Const")["boolval"] as Node | undefined)?.["boolval"] !== true;
  return [
    ...ofWindow,
    ...(/advisory/.test(name) ? ["an advisory lock"] : []),
    ...(/^(?:nextval|pg_notify)$/.test(name) ? [`${name}()`] : []),
    ...(isForSession ? ["a setting of a session"] : []),
  ];
}

/** Every node that has the row works the change out: all have to come to the same. */
function lintChange(body: Node): readonly string[] {
  return /"sval":"(?:random|gen_random_uuid|clock_timestamp|timeofday|nextval)"/.test(JSON.stringify(body))
    ? ["a change that each node works out otherwise"]
    : [];
}

function lintTable(relation: unknown, elements: readonly Node[]): readonly string[] {
  const lint = isDistributed(relation) ? lintConstraint : lintOfSmall;
  return elements.flatMap((element) => {
    const column = element["ColumnDef"] as Node | undefined;
    if (column === undefined) return lint(inner(element, "Constraint"), []);
    const names = nodes((column["typeName"] as Node | undefined)?.["names"]).map((each) => String(inner(each, "String")["sval"]));
    const own = nodes(column["constraints"]).flatMap((each) => lint(inner(each, "Constraint"), [String(column["colname"])]));
    return [...own, ...(isDistributed(relation) && names.some((name) => /serial/.test(name)) ? ["a serial number"] : [])];
  });
}

function lintOfSmall(constraint: Node): readonly string[] {
  const leadsToDevices = constraint["contype"] === "CONSTR_FOREIGN" && isDistributed(constraint["pktable"]);
  return leadsToDevices ? ["a foreign key from every node to devices"] : [];
}

function lintConstraint(constraint: Node, column: readonly string[]): readonly string[] {
  const columns = (list: unknown): readonly string[] => [...column, ...nodes(list).map((each) => String(inner(each, "String")["sval"]))];
  switch (constraint["contype"]) {
    case "CONSTR_PRIMARY":
    case "CONSTR_UNIQUE":
      return columns(constraint["keys"]).includes(key) ? [] : [`a key without ${key}`];
    case "CONSTR_IDENTITY":
      return ["an identity column"];
    case "CONSTR_FOREIGN": {
      const leadsToDevices = isDistributed(constraint["pktable"]);
      return leadsToDevices && !columns(constraint["fk_attrs"]).includes(key) ? [`a foreign key between devices without ${key}`] : [];
    }
    default:
      return [];
  }
}

function lintTargets(list: unknown): readonly string[] {
  const changed = nodes(list).map((each) => inner(each, "ResTarget")["name"]);
  return changed.includes(key) ? [`an update of ${key}`] : [];
}

/** Names of tables, wherever they stand in a part of a statement. */
function tablesIn(value: unknown): ReadonlySet<string> {
  return new Set([...JSON.stringify(value ?? null).matchAll(/"relname":"(\w+)"/g)].map(([, name]) => String(name)));
}

function devicesIn(value: unknown): boolean {
  return [...tablesIn(value)].some((name) => distributed.includes(name));
}

function lastName(names: unknown): string {
  return String(inner(nodes(names).at(-1) ?? {}, "String")["sval"] ?? "");
}

function nameOf(relation: unknown): string {
  return String((relation as Node | undefined)?.["relname"]);
}

function isDistributed(relation: unknown): boolean {
  return distributed.includes(nameOf(relation));
}

function nodes(list: unknown): readonly Node[] {
  return Array.isArray(list) ? (list as Node[]) : [];
}

function inner(node: Node, kind: string): Node {
  return (node[kind] ?? {}) as Node;
}
