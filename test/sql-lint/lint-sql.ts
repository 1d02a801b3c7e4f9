import { loadModule, parseSync } from "libpg-query";
import { deviceTables } from "../../src/stores/postgres/migrations.ts";

await loadModule();

/** The column that tables of devices are distributed by. */
const key = "device_id";

type Node = Readonly<Record<string, unknown>>;

/** What of a text of SQL would break where tables of devices are distributed over several nodes. */
export function lintSql(sql: string): readonly string[] {
  const { stmts = [] } = parseSync(sql) as { readonly stmts?: readonly { readonly stmt: Node }[] };
  return stmts.flatMap(({ stmt }) => Object.entries(stmt).flatMap(([kind, body]) => lintStatement(kind, body as Node)));
}

function lintStatement(kind: string, body: Node): readonly string[] {
  const ofKind = rules[kind]?.(body) ?? [];
  return [...ofKind, ...functionsIn(body)];
}

const rules: Readonly<Record<string, (body: Node) => readonly string[]>> = {
  CreateStmt: (body) => (isDistributed(body["relation"]) ? lintTable(nodes(body["tableElts"])) : []),
  AlterTableStmt: (body) =>
    isDistributed(body["relation"])
      ? lintTable(nodes(body["cmds"]).map((each) => (inner(each, "AlterTableCmd")["def"] ?? {}) as Node))
      : [],
  IndexStmt: (body) => {
    const columns = nodes(body["indexParams"]).map((each) => inner(each, "IndexElem")["name"]);
    return isDistributed(body["relation"]) && body["unique"] === true && !columns.includes(key) ? [`a unique index without ${key}`] : [];
  },
  UpdateStmt: (body) => (isDistributed(body["relation"]) ? lintTargets(body["targetList"]) : []),
  InsertStmt: (body) => {
    const conflict = (body["onConflictClause"] ?? {}) as Node;
    const inferred = nodes((conflict["infer"] as Node | undefined)?.["indexElems"]).map((each) => inner(each, "IndexElem")["name"]);
    if (!isDistributed(body["relation"]) || body["onConflictClause"] === undefined) return [];
    return [...lintTargets(conflict["targetList"]), ...(inferred.includes(key) ? [] : [`a conflict that is not on ${key}`])];
  },
  SelectStmt: (body) => {
    const tables = nodes(body["fromClause"]).map((each) => inner(each, "RangeVar"));
    return body["lockingClause"] !== undefined && tables.some(isDistributed)
      ? ["rows of devices that are locked: a lock across nodes"]
      : [];
  },
  ListenStmt: () => ["LISTEN"],
  NotifyStmt: () => ["NOTIFY"],
  UnlistenStmt: () => ["UNLISTEN"],
  CreateTrigStmt: () => ["a trigger"],
  LockStmt: () => ["a lock of a whole table"],
};

function lintTable(elements: readonly Node[]): readonly string[] {
  return elements.flatMap((element) => {
    const column = element["ColumnDef"] as Node | undefined;
    if (column === undefined) return lintConstraint(inner(element, "Constraint"), []);
    const names = nodes((column["typeName"] as Node | undefined)?.["names"]).map((each) => String(inner(each, "String")["sval"]));
    const own = nodes(column["constraints"]).flatMap((each) => lintConstraint(inner(each, "Constraint"), [String(column["colname"])]));
    return [...own, ...(names.some((name) => /serial/.test(name)) ? ["a serial number"] : [])];
  });
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

/** Anywhere in a statement. */
function functionsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(functionsIn);
  if (typeof value !== "object" || value === null) return [];
  const call = (value as Node)["FuncCall"] as Node | undefined;
  const name =
    nodes(call?.["funcname"])
      .map((each) => String(inner(each, "String")["sval"]))
      .at(-1) ?? "";
  const found = /advisory/.test(name) ? ["an advisory lock"] : /^(?:nextval|pg_notify)$/.test(name) ? [`${name}()`] : [];
  return [...found, ...Object.values(value).flatMap(functionsIn)];
}

function isDistributed(relation: unknown): boolean {
  return deviceTables.includes(String((relation as Node | undefined)?.["relname"]));
}

function nodes(list: unknown): readonly Node[] {
  return Array.isArray(list) ? (list as Node[]) : [];
}

function inner(node: Node, kind: string): Node {
  return (node[kind] ?? {}) as Node;
}
