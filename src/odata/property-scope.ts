import { type Entity, type Field, fieldNamed, listNames } from "./entity.ts";
import type { Operand } from "./filter.ts";
import { quote } from "./odata-error.ts";
import { describe } from "./parse-literal.ts";
import type { TokenReader } from "./token-reader.ts";
import type { Token } from "./tokens.ts";

/** A property as it was written in a $filter. */
export interface Subject {
  /** the list's name, where the property is a list: `operand` then stands for one of its items */
  readonly collection: string | undefined;
  readonly field: Field;
  readonly operand: Operand;
  /** for messages */
  readonly shown: string;
  readonly token: Token;
}

/** What names mean at one place of a $filter: the properties of a row, or those of an item that `any` has named. */
export interface PropertyScope {
  /** the property that begins with this token */
  read(token: Token, tokens: TokenReader): Subject;
}

/** The filterable properties of an entity. */
export function rowScope(entity: Entity): PropertyScope {
  const fields = entity.fields.filter(({ filterable }) => filterable);
  return { read: (token, tokens) => readProperty(token, tokens, { what: entity.name, path: "", fields }) };
}

/** The item of a list within `list/any(item: …)`; nothing else can be asked there. */
export function itemScope(list: Field, item: string): PropertyScope {
  const members = { what: list.name, path: `${item}/`, fields: list.members.filter(({ filterable }) => filterable) };
  return {
    read(token, tokens) {
      if (token.kind !== "word" || token.text !== item) {
        throw tokens.fault(token, `within any() only the item ${quote(item)} can be asked, not ${describe(token)}`);
      }
      if (list.type !== "object") return { collection: undefined, field: list, operand: operandOf(list, undefined), shown: item, token };
      tokens.expectSymbol("/");
      return readProperty(tokens.take(), tokens, members);
    },
  };
}

function readProperty(token: Token, tokens: TokenReader, from: { what: string; path: string; fields: readonly Field[] }): Subject {
  const found = token.kind === "word" ? fieldNamed(from.fields, token.text) : undefined;
  if (found === undefined) {
    throw tokens.fault(token, `${from.what} cannot be filtered by ${describe(token)}; what can be used: ${listNames(from.fields)}`);
  }
  const collection = found.collection ? found.name : undefined;
  const operand = operandOf(found, found.collection ? undefined : found.name);
  return { collection, field: found, operand, shown: `${from.path}${found.name}`, token };
}

function operandOf(field: Field, property: string | undefined): Operand {
  // an object as a whole is compared with nothing: the parser asks for one of its members before a value is read
  return { property, type: field.type === "object" ? "string" : field.type, ignoreCase: field.ignoreCase };
}
