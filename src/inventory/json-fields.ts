import { isLongerThan } from "./device-name.ts";
import { isJsonObject, type JsonObject } from "./json-text.ts";
import { LIMITS } from "./limits.ts";

/** A member of the wrong type, named by its path (`os.ubr`, `installedKbs[3]`); it refuses the one item, not the file. */
export class FieldError extends Error {
  override readonly name: string = "FieldError";
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** Tells of an entry that was left out of an item which is otherwise good. */
export type TellProblem = (field: string, message: string) => void;

/** Own members only: a text with `__proto__` or without `constructor` changes nothing. */
export function member(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/**
 * Reads members of one object by type. Absent and `null` both read as undefined: PowerShell writes null for what it does not know.
 * Where they stand is put together only for somebody who is told of it: most inventories are as they should be.
 */
export class FieldReader {
  readonly #object: JsonObject;
  readonly #path: string;
  readonly #index: number | undefined;

  /** `path` leads to the object: with a dot at its end, or to the list of which it is the one at `index`. */
  constructor(object: JsonObject, path = "", index?: number) {
    this.#object = object;
    this.#path = path;
    this.#index = index;
  }

  pathOf(name: string): string {
    return this.#index === undefined ? this.#path + name : `${this.#path}[${this.#index}].${name}`;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#object, name);
  }

  value(name: string): unknown {
    return member(this.#object, name) ?? undefined;
  }

  /** @throws FieldError where there is something else than a text of ordinary length */
  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || isOrdinaryText(value)) return value;
    throw noText(value, this.pathOf(name));
  }

  /** @throws FieldError where there is something else than true or false */
  flag(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === "boolean") return value;
    throw new FieldError(this.pathOf(name), "must be true or false");
  }

  /** @throws FieldError where there is something else than a whole number in the range of builds and revisions */
  buildNumber(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 999_999) return value;
    throw new FieldError(this.pathOf(name), "must be a whole number from 0 to 999999");
  }

  /** @throws FieldError where there is something else than one of the words */
  oneOf<T extends string>(name: string, words: readonly T[]): T | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const word = words.find((known) => known === value);
    if (word === undefined) throw new FieldError(this.pathOf(name), `must be one of ${words.join(", ")}`);
    return word;
  }

  /** @throws FieldError where there is something else than an array within the limit */
  list(name: string, limit: number): readonly unknown[] | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw new FieldError(this.pathOf(name), "must be an array");
    if (value.length > limit) throw new FieldError(this.pathOf(name), `must not have more than ${limit} entries`);
    return value;
  }

  /** @throws FieldError where there is something else than an array of texts */
  texts(name: string, limit: number): readonly string[] | undefined {
    const list = this.list(name, limit);
    if (list === undefined || list.every(isOrdinaryText)) return list;
    const wrong = list.findIndex((value) => !isOrdinaryText(value));
    throw noText(list[wrong], `${this.pathOf(name)}[${wrong}]`);
  }

  /** @throws FieldError where there is something else than an object */
  object(name: string): FieldReader | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (!isJsonObject(value)) throw new FieldError(this.pathOf(name), "must be an object");
    return new FieldReader(value, `${this.pathOf(name)}.`);
  }
}

function isOrdinaryText(value: unknown): value is string {
  return typeof value === "string" && !isLongerThan(value, LIMITS.otherText);
}

function noText(value: unknown, field: string): FieldError {
  return new FieldError(field, typeof value === "string" ? `must not be longer than ${LIMITS.otherText} characters` : "must be a text");
}
