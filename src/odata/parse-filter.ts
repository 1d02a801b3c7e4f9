import type { Entity } from "./entity.ts";
import { type Comparison, combine, type Filter, isComparison, isMatch, mirrored, type Operand, type Value } from "./filter.ts";
import { LIMITS } from "./limits.ts";
import { ODataError, quote } from "./odata-error.ts";
import { describe, isValue, literalOf } from "./parse-literal.ts";
import { itemScope, type PropertyScope, rowScope, type Subject } from "./property-scope.ts";
import { foldCase, isStorable } from "./texts.ts";
import { TokenReader } from "./token-reader.ts";
import { type Token, tokenize } from "./tokens.ts";

/** Reads a $filter on an entity: every name is one of its filterable properties, every value fits. Throws ODataError with the position. */
export function parseFilter(text: string, entity: Entity): Filter {
  if (text.length > LIMITS.filterLength) throw new ODataError(`longer than ${LIMITS.filterLength} characters`, { option: "$filter" });
  if (text.trim() === "") throw new ODataError("is empty", { option: "$filter", position: 1 });
  if (!isStorable(text)) throw new ODataError("holds a character that is no text (NUL or half a surrogate pair)", { option: "$filter" });
  return new FilterParser(new TokenReader(tokenize(text)), rowScope(entity)).parse();
}

/** Binds, from loose to tight: or, and, comparisons, not. */
class FilterParser {
  readonly #tokens: TokenReader;
  #scope: PropertyScope;
  #depth = 0;
  #nodes = 0;
  #listValues = 0;

  constructor(tokens: TokenReader, scope: PropertyScope) {
    this.#tokens = tokens;
    this.#scope = scope;
  }

  parse(): Filter {
    const filter = this.#or();
    const rest = this.#tokens.peek();
    if (rest.kind !== "end") throw this.#unexpected(rest, "and, or, or the end");
    return filter;
  }

  #or(): Filter {
    const terms: [Filter, ...Filter[]] = [this.#and()];
    while (this.#tokens.takeWord("or")) terms.push(this.#and());
    return terms.length === 1 ? terms[0] : this.#counted(combine("or", terms));
  }

  #and(): Filter {
    const terms: [Filter, ...Filter[]] = [this.#condition(false)];
    while (this.#tokens.takeWord("and")) terms.push(this.#condition(false));
    return terms.length === 1 ? terms[0] : this.#counted(combine("and", terms));
  }

  /** A group, a negation, a function, a comparison or a boolean property alone. */
  #condition(negated: boolean): Filter {
    const token = this.#tokens.take();
    if (token.kind === "symbol" && token.text === "(") return this.#group(token);
    if (isValue(token) && !negated) return this.#valueFirst(token);
    if (token.kind !== "word" || isValue(token)) throw this.#unexpected(token, "a condition");
    if (foldCase(token.text) === "not") return this.#nested(token, () => this.#counted({ kind: "not", term: this.#condition(true) }));
    if (this.#tokens.isSymbol("(")) return this.#comparedWithBoolean(this.#function(token));
    const subject = this.#scope.read(token, this.#tokens);
    if (this.#tokens.takeSymbol("/")) return this.#comparedWithBoolean(this.#any(subject));
    return this.#comparison(subject, negated);
  }

  #group(open: Token): Filter {
    return this.#nested(open, () => {
      const filter = this.#or();
      this.#tokens.expectSymbol(")");
      return filter;
    });
  }

  /** `'Active' eq healthStatus` */
  #valueFirst(value: Token): Filter {
    const operator = this.#tokens.take();
    const word = operator.kind === "word" ? foldCase(operator.text) : "";
    if (!isComparison(word)) throw this.#unexpected(value, "a condition");
    const token = this.#tokens.take();
    if (token.kind !== "word" || isValue(token)) throw this.#unexpected(token, "a property: one side of a comparison has to be one");
    return this.#compared(this.#scope.read(token, this.#tokens), mirrored(word), value);
  }

  #comparison(subject: Subject, negated: boolean): Filter {
    const operator = this.#tokens.peek();
    const word = operator.kind === "word" ? foldCase(operator.text) : "";
    // OData binds `not` tighter than `eq`, most people do not: whoever means either writes it
    if (negated && (isComparison(word) || word === "in"))
      throw this.#tokens.fault(operator, "a comparison behind not stands in parentheses");
    if (isComparison(word)) {
      this.#tokens.take();
      return this.#compared(subject, word, this.#tokens.take());
    }
    if (this.#tokens.takeWord("in")) return this.#list(subject);
    if (subject.operand.type === "boolean" && word !== "not") {
      return this.#counted({ kind: "compare", operator: "eq", operand: subject.operand, value: { type: "boolean", value: true } });
    }
    throw this.#unexpected(operator, "eq, ne, gt, ge, lt, le or in");
  }

  #compared(subject: Subject, operator: Comparison, token: Token): Filter {
    const { operand, shown, collection } = subject;
    if (!isValue(token)) {
      const hint = token.kind === "word" ? "; texts stand in single quotes, and properties are compared with values only" : "";
      throw this.#unexpected(token, `a value for ${shown}`, hint);
    }
    if (operator !== "eq" && operator !== "ne" && (operand.type === "boolean" || collection !== undefined)) {
      throw this.#tokens.fault(token, `${shown} has no order: eq, ne or in`);
    }
    const value = literalOf(token, operand, shown);
    if (collection === undefined) return this.#counted({ kind: "compare", operator, operand, value });
    if (value.type === "null")
      throw this.#tokens.fault(token, `${shown} is a list and never null: ${shown}/any() asks whether it has items`);
    const some = this.#someItem(subject, collection, this.#counted({ kind: "compare", operator: "eq", operand, value }));
    return operator === "eq" ? some : this.#counted({ kind: "not", term: some });
  }

  /** `machineTags eq 'x'` is not OData, but a known client sends it and means the devices that have the tag. */
  #someItem({ field, shown, token }: Subject, collection: string, condition: Filter): Filter {
    if (field.type === "object") {
      throw this.#tokens.fault(token, `${shown} is a list of objects: write ${shown}/any(x: x/${field.members[0]?.name} eq '…')`);
    }
    return this.#counted({ kind: "any", collection, condition });
  }

  #list(subject: Subject): Filter {
    const values: Value[] = [];
    let orNull = false;
    this.#tokens.expectSymbol("(");
    do {
      const token = this.#tokens.take();
      if (!isValue(token)) throw this.#unexpected(token, `a value for ${subject.shown}`);
      if (++this.#listValues > LIMITS.listValues) throw this.#tokens.fault(token, `the lists hold more than ${LIMITS.listValues} values`);
      const value = literalOf(token, subject.operand, subject.shown);
      if (value.type === "null") orNull = true;
      else values.push(value);
    } while (this.#tokens.takeSymbol(","));
    this.#tokens.expectSymbol(")");
    const condition = this.#memberOf(subject.operand, values, orNull);
    return subject.collection === undefined ? condition : this.#someItem(subject, subject.collection, condition);
  }

  /** Null as a member of the list is a condition of its own, so that lists hold values only. */
  #memberOf(operand: Operand, values: readonly Value[], orNull: boolean): Filter {
    const member: Filter = { kind: "in", operand, values };
    if (!orNull) return this.#counted(member);
    const isNull = this.#counted({ kind: "compare", operator: "eq", operand, value: { type: "null" } });
    return values.length === 0 ? isNull : this.#counted(combine("or", [this.#counted(member), isNull]));
  }

  /** `startswith(property, 'text')` and its kin */
  #function(token: Token): Filter {
    const how = foldCase(token.text);
    if (!isMatch(how)) {
      throw this.#tokens.fault(token, `${quote(token.text)} is no function of this service; there are startswith, endswith and contains`);
    }
    this.#tokens.expectSymbol("(");
    const { operand, shown, collection, token: name } = this.#scope.read(this.#tokens.take(), this.#tokens);
    if ((operand.type !== "string" && operand.type !== "guid") || collection !== undefined) {
      throw this.#tokens.fault(name, `${how} needs a text, and ${shown} is none`);
    }
    this.#tokens.expectSymbol(",");
    const text = this.#tokens.take();
    if (text.kind !== "text") throw this.#unexpected(text, "a text ('…')");
    this.#tokens.expectSymbol(")");
    return this.#counted({ kind: "match", how, operand, text: text.text });
  }

  /** `startswith(…) eq true`, as OData before 4.0 was asked */
  #comparedWithBoolean(filter: Filter): Filter {
    const equal = this.#tokens.takeWord("eq");
    if (!equal && !this.#tokens.takeWord("ne")) return filter;
    const token = this.#tokens.take();
    const wanted = token.kind === "word" ? foldCase(token.text) : "";
    if (wanted !== "true" && wanted !== "false") throw this.#unexpected(token, "true or false");
    return equal === (wanted === "true") ? filter : this.#counted({ kind: "not", term: filter });
  }

  /** `list/any(x: …)`, `list/any()` */
  #any({ field, collection, shown, token }: Subject): Filter {
    const lambda = this.#tokens.take();
    if (collection === undefined) throw this.#tokens.fault(lambda, `${shown} is a single value: nothing can be asked of its parts`);
    if (lambda.kind !== "word" || foldCase(lambda.text) !== "any") throw this.#unexpected(lambda, "any(…)");
    this.#tokens.expectSymbol("(");
    if (this.#tokens.takeSymbol(")")) return this.#counted({ kind: "any", collection, condition: undefined });
    const item = this.#tokens.take();
    if (item.kind !== "word" || isValue(item)) throw this.#unexpected(item, "a name for the item, as in any(x: x eq '…')");
    this.#tokens.expectSymbol(":");
    const outer = this.#scope;
    this.#scope = itemScope(field, item.text);
    const condition = this.#nested(token, () => this.#or());
    this.#scope = outer;
    this.#tokens.expectSymbol(")");
    return this.#counted({ kind: "any", collection, condition });
  }

  #nested(token: Token, read: () => Filter): Filter {
    if (++this.#depth > LIMITS.filterDepth) throw this.#tokens.fault(token, `more than ${LIMITS.filterDepth} levels within one another`);
    const filter = read();
    this.#depth--;
    return filter;
  }

  #counted(filter: Filter): Filter {
    if (++this.#nodes <= LIMITS.filterNodes) return filter;
    throw this.#tokens.fault(this.#tokens.peek(), `more than ${LIMITS.filterNodes} conditions and groups`);
  }

  #unexpected(token: Token, expected: string, hint = ""): ODataError {
    return this.#tokens.fault(token, `expected ${expected}, found ${describe(token)}${hint}`);
  }
}
