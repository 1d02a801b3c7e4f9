/** Takes a value that SQL is to compare with, and gives the text that stands for it. */
export type Bind = (value: string | number | bigint) => string;

/** What databases say differently, as data: the statements of lists are written once. Every text given is SQL, never a value. */
export interface Dialect {
  /** how the n-th value, from 1 on, is marked */
  readonly mark: (number: number, value: string | number | bigint) => string;
  /** a text that is compared and ordered by code point, whatever the language of the database */
  readonly text: (sql: string) => string;
  /** A to Z made small, nothing else */
  readonly fold: (sql: string) => string;
  readonly contains: (found: string, mark: string) => string;
  /** `wanted` is what the mark stands for, for dialects that need its length */
  readonly startsWith: (found: string, mark: string, wanted: string) => string;
  readonly endsWith: (found: string, mark: string, wanted: string) => string;
  /** tags and addresses of `d`, each as a table called `item` */
  readonly tagItems: string;
  readonly addressItems: string;
  /** the item of such a table */
  readonly item: string;
  /** the first address of `d` */
  readonly firstAddress: string;
  /** all addresses of `d`, as the rows of lists have them */
  readonly addresses: string;
  /** whether a digest is one of a JSON list */
  readonly isOneOf: (sql: string, mark: string) => string;
  /** Tables lie on several nodes: what is to be put together must be so where it lies, for two tables are not read at one moment. */
  readonly isDistributed?: true;
  /** Each part of a union by id is cut by itself, along its key: the planner would put all of them in order for every page. */
  readonly cutsParts?: true;
}
