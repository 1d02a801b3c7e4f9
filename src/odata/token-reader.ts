import { ODataError } from "./odata-error.ts";
import { describe } from "./parse-literal.ts";
import { foldCase } from "./texts.ts";
import type { Token } from "./tokens.ts";

/** Hands out the tokens of a $filter one by one. Words are taken in any case. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(): Token {
    return this.#tokens[this.#next] ?? { kind: "end", text: "", position: 1 };
  }

  take(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.#next++;
    return token;
  }

  isSymbol(symbol: string): boolean {
    const { kind, text } = this.peek();
    return kind === "symbol" && text === symbol;
  }

  takeSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.#next++;
    return true;
  }

  takeWord(word: string): boolean {
    const { kind, text } = this.peek();
    if (kind !== "word" || text.length !== word.length || foldCase(text) !== word) return false;
    this.#next++;
    return true;
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.fault(this.peek(), `expected "${symbol}", found ${describe(this.peek())}`);
  }

  fault(token: Token, message: string): ODataError {
    return new ODataError(message, { option: "$filter", position: token.position });
  }
}
