import { ProductError } from "../../domain/errors.ts";
import { cvrfLimits } from "./cvrf-limits.ts";

/**
 * A value inside a JSON document that says where it stands when it is not what it should be. Members may be absent, null or `{}`
 * wherever MSRC leaves something out; only own members count, so `__proto__` is a name like any other.
 */
export class JsonPlace {
  readonly #value: unknown;
  readonly #path: string;
  readonly #source: string;

  constructor(value: unknown, path: string, source: string) {
    this.#value = value;
    this.#path = path;
    this.#source = source;
  }

  /** Whether there is nothing here. */
  get absent(): boolean {
    const value = this.#value;
    return value === undefined || value === null || (isRecord(value) && Object.keys(value).length === 0);
  }

  /** The member of an object, absent where the object is. */
  member(name: string): JsonPlace {
    const path = this.#path === "" ? name : `${this.#path}.${name}`;
    if (this.absent) return new JsonPlace(undefined, path, this.#source);
    if (!isRecord(this.#value)) throw this.#refuse("an object");
    return new JsonPlace(Object.hasOwn(this.#value, name) ? this.#value[name] : undefined, path, this.#source);
  }

  /** The entries of a list, none where it is absent. */
  entries(): JsonPlace[] {
    if (this.absent) return [];
    if (!Array.isArray(this.#value)) throw this.#refuse("a list");
    return this.#value.map((entry, index) => new JsonPlace(entry, `${this.#path}[${index}]`, this.#source));
  }

  /** A text, written plainly or as `{"Value": …}`; empty where it is absent. */
  text(): string {
    const value = isRecord(this.#value) && Object.hasOwn(this.#value, "Value") ? this.#value["Value"] : this.#value;
    if (value === undefined || value === null || this.absent) return "";
    if (typeof value !== "string") throw this.#refuse("a text");
    if (value.length > cvrfLimits.textLength) throw this.#refuse(`a text of up to ${cvrfLimits.textLength} characters`);
    // what XML cannot hold either, and a database would choke on
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    if (/\p{Surrogate}/u.test(value) || /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(value))
      throw this.#refuse("a text without control characters");
    return value;
  }

  /** A number as text, for those that XML writes as text too; empty where it is absent. */
  numberText(): string {
    return typeof this.#value === "number" ? String(this.#value) : this.text();
  }

  /** A whole number that names a type; undefined where it is absent. */
  type(): number | undefined {
    if (this.absent) return undefined;
    if (!Number.isInteger(this.#value)) throw this.#refuse("a number");
    return Number(this.#value);
  }

  #refuse(wanted: string): ProductError {
    const field = this.#path === "" ? "the document" : this.#path;
    return new ProductError("unreadable-input", `unexpected JSON: ${field} is not ${wanted}`, {
      place: { source: this.#source, field },
    });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
