import { isUtf8 } from "node:buffer";
import { ProductError } from "../../domain/errors.ts";
import type { CvrfDocument } from "./cvrf-document.ts";
import { CvrfDraft } from "./cvrf-draft.ts";
import { kindOf } from "./document-kind.ts";
import { DocumentText } from "./document-text.ts";
import { refuseJsonOutOfBounds } from "./json-bounds.ts";
import { JsonPlace } from "./json-place.ts";
import { lineOfJsonTrouble } from "./json-trouble.ts";

/** What the XML form says in words. */
const remediationTypes = new Map([[2, "Vendor Fix"]]);
const threatTypes = new Map([
  [1, "Exploit Status"],
  [3, "Severity"],
]);

/** Reads the JSON form. @throws ProductError naming the line or the field that is not as it should be */
export function readCvrfJson(bytes: Uint8Array, source: string): CvrfDocument {
  refuseJsonOutOfBounds(bytes, source);
  const root = new JsonPlace(parsed(textOf(bytes, source), source), "", source);
  refuseOtherFormats(root, source);
  const draft = new CvrfDraft();
  const { document } = draft;
  const tracking = root.member("DocumentTracking");
  const identification = tracking.member("Identification");
  document.id = identification.member("ID").text();
  document.alias = identification.member("Alias").text();
  document.title = root.member("DocumentTitle").text();
  document.revisions = tracking
    .member("RevisionHistory")
    .entries()
    .map((entry) => entry.member("Number").numberText());
  document.initialRelease = tracking.member("InitialReleaseDate").text();
  document.currentRelease = tracking.member("CurrentReleaseDate").text();
  const tree = root.member("ProductTree");
  for (const branch of tree.member("Branch").entries()) readBranch(branch, draft);
  for (const product of tree.member("FullProductName").entries()) readBranch(product, draft);
  for (const vulnerability of root.member("Vulnerability").entries()) readVulnerability(vulnerability, draft);
  return document;
}

/** The text in one piece, for a document of the largest size must not be in memory four times. */
function textOf(bytes: Uint8Array, source: string): string {
  const body = bytes.subarray(kindOf(bytes).bomLength);
  refuseBrokenUtf8(body, source);
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(body);
}

function refuseBrokenUtf8(body: Uint8Array, source: string): void {
  if (isUtf8(body)) return;
  let line = 1;
  const text = new DocumentText(source, "utf-8", () => line);
  for (const piece of text.decode(body)) line += piece.split("\n").length - 1;
  text.end();
}

function parsed(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = { source, line: lineOfJsonTrouble(text) };
    throw new ProductError("unreadable-input", "not well-formed JSON", { place, cause: error });
  }
}

function refuseOtherFormats(root: JsonPlace, source: string): void {
  if (!root.member("DocumentTracking").absent) return;
  const csaf = root.member("document");
  const isCsaf = !csaf.absent && !csaf.member("csaf_version").absent;
  const message = isCsaf ? "unsupported version: CSAF, not CVRF 1.1" : "JSON, but not a CVRF document: it has no DocumentTracking";
  throw new ProductError("unreadable-input", message, { place: { source, field: "DocumentTracking" } });
}

/** Branches hold branches or products; a product has an id. */
function readBranch(branch: JsonPlace, draft: CvrfDraft): void {
  const id = branch.member("ProductID");
  if (!id.absent) draft.document.products.push([id.text(), branch.member("Value").text()]);
  for (const item of branch.member("Items").entries()) readBranch(item, draft);
}

function readVulnerability(place: JsonPlace, draft: CvrfDraft): void {
  draft.beginVulnerability();
  const { vulnerability } = draft;
  vulnerability.title = place.member("Title").text();
  vulnerability.cve = place.member("CVE").text();
  vulnerability.affected = place.member("ProductStatuses").entries().flatMap(productIds);
  for (const threat of place.member("Threats").entries()) {
    if (!draft.beginThreat(threatTypes.get(threat.member("Type").type() ?? -1))) continue;
    draft.threat.description = threat.member("Description").text();
    draft.threat.productIds = productIds(threat);
  }
  for (const score of place.member("CVSSScoreSets").entries()) {
    draft.beginScore();
    draft.score.base = score.member("BaseScore").numberText();
    draft.score.vector = score.member("Vector").text();
  }
  for (const remediation of place.member("Remediations").entries()) readRemediation(remediation, draft);
  vulnerability.revisionDates = place
    .member("RevisionHistory")
    .entries()
    .map((entry) => entry.member("Date").text());
}

function readRemediation(place: JsonPlace, draft: CvrfDraft): void {
  if (!draft.beginRemediation(remediationTypes.get(place.member("Type").type() ?? -1))) return;
  const { remediation } = draft;
  remediation.description = place.member("Description").text();
  remediation.productIds = productIds(place);
  remediation.supercedence = place.member("Supercedence").text();
  remediation.subType = place.member("SubType").text();
  remediation.fixedBuild = place.member("FixedBuild").text();
}

function productIds(place: JsonPlace): string[] {
  return place
    .member("ProductID")
    .entries()
    .map((id) => id.text());
}
