import { SaxesParser, type SaxesTagPlain } from "saxes";
import { ProductError } from "../../domain/errors.ts";
import type { CvrfDocument } from "./cvrf-document.ts";
import { CvrfDraft } from "./cvrf-draft.ts";
import { documentRule } from "./cvrf-elements.ts";
import { cvrfLimits } from "./cvrf-limits.ts";
import { CvrfNames, localName, type OpenElement } from "./cvrf-names.ts";
import { quoted } from "./warning-list.ts";

/** namespaces are resolved here, on the few elements that count; without `position` messages carry no numbers, yet lines are counted */
const plainXml = { xmlns: false, position: false } as const;

/**
 * Reads the XML form, chunk by chunk. Only saxes' own pass may cost time: what has no rule is passed over by counting depth,
 * and text is not even collected there.
 */
export class CvrfXmlReader {
  readonly #source: string;
  readonly #encoding: string;
  readonly #parser: SaxesParser<typeof plainXml> = new SaxesParser(plainXml);
  readonly #draft: CvrfDraft = new CvrfDraft();
  readonly #names: CvrfNames = new CvrfNames();
  /** the open elements that count, outermost first */
  readonly #open: OpenElement[] = [];
  #depth = 0;
  /** depth of the outermost element that is passed over, 0 where everything counts */
  #passedOver = 0;
  #elements = 0;
  #attributes = 0;
  #attributeLength = 0;
  #declares = false;
  #lastTagEnd = 0;
  #text = "";
  readonly #collect = (text: string): void => {
    this.#text += text;
  };

  /** `encoding` is what the bytes were decoded from (`utf-8`, `utf-16`): a declaration must not claim another one */
  constructor(source: string, encoding: string) {
    this.#source = source;
    this.#encoding = encoding;
    const parser = this.#parser;
    parser.on("opentag", (tag) => this.#opened(tag));
    parser.on("closetag", (tag) => this.#closed(tag));
    parser.on("attribute", ({ name, value }) => this.#attribute(name, value));
    parser.on("cdata", (text) => this.#collect(text));
    parser.on("doctype", () => this.#refuse("a DOCTYPE is refused: no MSRC document has one"));
    // set and unset once, so that every parser has the same hidden class: saxes is several times slower on a mix of them
    parser.on("text", this.#collect);
    parser.off("text");
    parser.on("xmldecl", (declaration) => this.#declaration(declaration));
  }

  /** The line being read, from 1. */
  get line(): number {
    return this.#parser.line;
  }

  /** @throws ProductError where the document is not well-formed, too large or not CVRF 1.1 */
  write(text: string): void {
    this.#wellFormed(() => this.#parser.write(text));
    // whatever goes on this long without a tag (a text, a comment, a DOCTYPE) is not waited for
    if (this.#parser.position - this.#lastTagEnd > cvrfLimits.textLength + longestTag) this.#refuseText();
  }

  /** @throws ProductError where the document stops before its end */
  end(): CvrfDocument {
    this.#wellFormed(() => this.#parser.close());
    return this.#draft.document;
  }

  #opened(tag: SaxesTagPlain): void {
    const { name } = tag;
    this.#checkText(name.length + this.#attributeLength + (tag.isSelfClosing ? "</>".length : "<>".length));
    this.#attributes = 0;
    this.#attributeLength = 0;
    this.#elements++;
    if (this.#elements > cvrfLimits.elements) this.#tooLarge(`more than ${cvrfLimits.elements} elements`);
    this.#depth++;
    if (this.#depth > cvrfLimits.depth) this.#tooLarge(`elements nested deeper than ${cvrfLimits.depth}`);
    if (name.length > cvrfLimits.attributeLength) this.#tooLarge(`a name longer than ${cvrfLimits.attributeLength} characters`);
    const declares = this.#declares;
    this.#declares = false;
    if (this.#passedOver !== 0) return;
    if (declares) this.#names.declare(this.#depth, tag.attributes);
    const element = declares ? this.#meaningOf(name) : this.#elementNamed(name);
    if (element === undefined || element.rule.begin?.(this.#draft, tag.attributes) === false) {
      this.#passedOver = this.#depth;
      return;
    }
    this.#open.push(element);
    if (element.rule.text !== undefined) {
      this.#parser.on("text", this.#collect);
      this.#text = "";
    }
  }

  #closed(tag: SaxesTagPlain): void {
    this.#checkText(tag.isSelfClosing ? 0 : tag.name.length + "</>".length);
    const depth = this.#depth--;
    if (this.#passedOver === 0) {
      const text = this.#open.pop()?.rule.text;
      if (text !== undefined) {
        this.#parser.off("text");
        text(this.#draft, this.#draft.own(this.#text), this.#parser.line);
      }
    } else if (this.#passedOver === depth) this.#passedOver = 0;
    else return;
    this.#names.leave(depth);
  }

  #attribute(name: string, value: string): void {
    this.#attributes++;
    if (this.#attributes > cvrfLimits.attributes) this.#tooLarge(`more than ${cvrfLimits.attributes} attributes on one element`);
    if (value.length > cvrfLimits.attributeLength || name.length > cvrfLimits.attributeLength) {
      this.#tooLarge(`an attribute longer than ${cvrfLimits.attributeLength} characters`);
    }
    this.#attributeLength += name.length + value.length + ' =""'.length;
    if (name.startsWith("xmlns")) this.#declares = true;
  }

  /** What an element means that declares no namespaces itself: the same as the last of its name in the same place. */
  #elementNamed(name: string): OpenElement | undefined {
    const parent = this.#open.at(-1);
    if (parent === undefined) return this.#meaningOf(name);
    const { known } = parent;
    for (const other of known) if (other.name === name) return other.element;
    const element = this.#meaningOf(name);
    if (known.length < longestList) known.push({ name, element });
    return element;
  }

  /** What an element means where it stands; undefined where it is passed over. */
  #meaningOf(name: string): OpenElement | undefined {
    const parent = this.#open.at(-1)?.rule;
    if (parent === undefined) return { rule: this.#ruleOfRoot(name), known: [] };
    const rule = parent.inside.get(localName(name));
    if (rule === undefined) return undefined;
    const trouble = this.#names.trouble(name);
    // passing over an element that counts, for its namespace, would lose a whole month in silence
    if (trouble !== undefined) this.#refuse(`not a CVRF 1.1 document: <${shown(name)}> has ${trouble}`);
    return { rule, known: [] };
  }

  #ruleOfRoot(name: string): typeof documentRule {
    const trouble = this.#names.trouble(name);
    const local = localName(name);
    if (local === "cvrfdoc" && trouble === undefined) return documentRule;
    if (local.toLowerCase() === "html") this.#refuse("an HTML page, not a CVRF document");
    if (trouble === "another version") this.#refuse(`unsupported version: <${shown(name)}> is not CVRF 1.1`);
    this.#refuse(`not a CVRF 1.1 document: its root <${shown(name)}> has ${trouble ?? "another name"}`);
  }

  #declaration(declaration: { readonly version?: string; readonly encoding?: string }): void {
    if (declaration.version !== "1.0") this.#refuse(`XML ${declaration.version ?? "without a version"} is not read, only 1.0`);
    const encoding = (declaration.encoding ?? this.#encoding).toLowerCase();
    if (encoding !== this.#encoding) this.#refuse(`declares encoding ${quoted(encoding)}, but its bytes are ${this.#encoding}`);
  }

  #checkText(tagLength: number): void {
    const here = this.#parser.position;
    if (here - this.#lastTagEnd - tagLength > cvrfLimits.textLength) this.#refuseText();
    this.#lastTagEnd = here;
  }

  #refuseText(): never {
    this.#tooLarge(`more than ${cvrfLimits.textLength} characters without a tag`);
  }

  #wellFormed(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (error instanceof ProductError) throw error;
      // saxes repeats names of the document in its messages
      const reason = error instanceof Error ? error.message.replace(/\.$/, "") : "unreadable";
      throw new ProductError("unreadable-input", `not well-formed XML: ${cut(reason, 120)}`, { place: this.#place(), cause: error });
    }
  }

  #refuse(message: string): never {
    throw new ProductError("unreadable-input", message, { place: this.#place() });
  }

  #tooLarge(message: string): never {
    throw new ProductError("too-large", `${message}: no real document has that`, { place: this.#place() });
  }

  #place(): { readonly source: string; readonly line: number } {
    return { source: this.#source, line: this.#parser.line };
  }
}

/** Real elements hold up to 15 kinds of others; made-up names beyond the list are looked up each time. */
const longestList = 32;

const longestTag = cvrfLimits.attributes * (2 * cvrfLimits.attributeLength + ' =""'.length) + cvrfLimits.attributeLength;

function shown(name: string): string {
  return cut(name, 40);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
