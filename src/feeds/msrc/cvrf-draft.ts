import type { CvrfDocument, CvrfHeaderField, CvrfRemediation, CvrfScore, CvrfThreat, CvrfVulnerability } from "./cvrf-document.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** The document as far as it has been read, and the places in it that are being filled. */
export class CvrfDraft {
  readonly document: Omit<Writable<CvrfDocument>, "lines"> & { readonly lines: Map<CvrfHeaderField, number> } = {
    id: "",
    alias: "",
    title: "",
    revisions: [],
    initialRelease: "",
    currentRelease: "",
    products: [],
    vulnerabilities: [],
    lines: new Map(),
  };
  /** of the product whose name is being read */
  productId = "";
  vulnerability: Writable<CvrfVulnerability> = emptyVulnerability();
  threat: Writable<CvrfThreat> = { description: "", productIds: [] };
  score: Writable<CvrfScore> = { base: "", vector: "" };
  remediation: Writable<CvrfRemediation> = emptyRemediation(0);
  /** remediations of the vulnerability so far, of every type */
  remediationCount = 0;

  readonly #own: Map<string, string> = new Map();
  #latest = "";

  /**
   * The text as a string of its own, the same one for the same text. saxes cuts texts out of the chunk it was given, and the cut
   * keeps the whole chunk alive; short ones are copied anyway.
   */
  own(text: string): string {
    if (text.length < 13) return text;
    if (text === this.#latest) return this.#latest;
    const known = this.#own.get(text);
    this.#latest = known ?? Buffer.from(text).toString();
    if (known === undefined) this.#own.set(this.#latest, this.#latest);
    return this.#latest;
  }

  beginVulnerability(): void {
    this.vulnerability = emptyVulnerability();
    this.remediationCount = 0;
    this.document.vulnerabilities.push(this.vulnerability);
  }

  beginRemediation(type: string | undefined): boolean {
    const index = this.remediationCount++;
    if (type !== "Vendor Fix") return false;
    this.remediation = emptyRemediation(index);
    this.vulnerability.remediations.push(this.remediation);
    return true;
  }

  /** MSRC writes a threat and a score for every single product: neighbours that say the same become one. */
  beginThreat(type: string | undefined): boolean {
    if (type !== "Severity" && type !== "Exploit Status") return false;
    const threats = type === "Severity" ? this.vulnerability.severities : this.vulnerability.exploitStatuses;
    const previous = threats.at(-2);
    const last = threats.at(-1);
    if (previous !== undefined && last !== undefined && sameAsLast(previous, last)) {
      (previous.productIds as string[]).push(...last.productIds);
      threats.pop();
    }
    this.threat = { description: "", productIds: [] };
    threats.push(this.threat);
    return true;
  }

  beginScore(): void {
    const { scores } = this.vulnerability;
    const previous = scores.at(-2);
    const last = scores.at(-1);
    if (previous !== undefined && last !== undefined && previous.base === last.base && previous.vector === last.vector) scores.pop();
    this.score = { base: "", vector: "" };
    scores.push(this.score);
  }
}

/** Threats without products are about all of them and stay apart. */
function sameAsLast(previous: CvrfThreat, last: CvrfThreat): boolean {
  return previous.description === last.description && previous.productIds.length > 0 && last.productIds.length > 0;
}

function emptyVulnerability(): Writable<CvrfVulnerability> {
  return { title: "", cve: "", affected: [], severities: [], exploitStatuses: [], scores: [], remediations: [], revisionDates: [] };
}

function emptyRemediation(index: number): Writable<CvrfRemediation> {
  return { index, description: "", productIds: [], subType: "", supercedence: "", fixedBuild: "" };
}
