import { SaxesParser } from "saxes";

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** Converts a document of MSRC's XML form into the JSON form, member by member and with nothing of the product's own reading. */
export function cvrfJsonOfXml(xml: string): string {
  const root = elementsOf(xml);
  const tracking = only(root, "DocumentTracking");
  const identification = only(tracking, "Identification");
  const tree = only(root, "ProductTree");
  return JSON.stringify({
    DocumentTitle: value(root, "DocumentTitle"),
    DocumentTracking: {
      Identification: { ID: value(identification, "ID"), Alias: value(identification, "Alias") },
      Version: text(tracking, "Version"),
      RevisionHistory: revisions(tracking),
      InitialReleaseDate: text(tracking, "InitialReleaseDate"),
      CurrentReleaseDate: text(tracking, "CurrentReleaseDate"),
    },
    ProductTree: { Branch: all(tree, "Branch").map(branch), FullProductName: all(tree, "FullProductName").map(product) },
    Vulnerability: all(root, "Vulnerability").map(vulnerability),
  });
}

const remediationTypes = ["Workaround", "Mitigation", "Vendor Fix", "None Available", "Will Not Fix", "Known Issue", "Release Notes"];
const threatTypes = ["Impact", "Exploit Status", "Target Set", "Severity"];

function vulnerability(element: Element): unknown {
  return {
    Title: value(element, "Title"),
    Notes: all(only(element, "Notes"), "Note").map((note) => ({ Title: note.attributes["Title"], Value: note.text })),
    CVE: text(element, "CVE"),
    ProductStatuses: all(only(element, "ProductStatuses"), "Status").map((status) => ({ ProductID: productIds(status), Type: 3 })),
    Threats: all(only(element, "Threats"), "Threat").map((threat) => ({
      Description: value(threat, "Description"),
      // the API leaves the member out where there is no product
      ...(all(threat, "ProductID").length === 0 ? {} : { ProductID: productIds(threat) }),
      Type: threatTypes.indexOf(threat.attributes["Type"] ?? ""),
    })),
    CVSSScoreSets: all(only(element, "CVSSScoreSets"), "ScoreSet").map((set) => ({
      BaseScore: Number(text(set, "BaseScore")),
      Vector: text(set, "Vector"),
      ProductID: productIds(set),
    })),
    Remediations: all(only(element, "Remediations"), "Remediation").map(remediation),
    RevisionHistory: revisions(element),
    Ordinal: element.attributes["Ordinal"],
  };
}

function remediation(element: Element): unknown {
  const supercedence = text(element, "Supercedence");
  return {
    Description: value(element, "Description"),
    URL: text(element, "URL"),
    ...(supercedence === "" ? {} : { Supercedence: supercedence }),
    ProductID: productIds(element),
    Type: remediationTypes.indexOf(element.attributes["Type"] ?? ""),
    AffectedFiles: [],
    RestartRequired: text(element, "RestartRequired") === "" ? {} : value(element, "RestartRequired"),
    SubType: text(element, "SubType") === "" ? null : text(element, "SubType"),
    FixedBuild: text(element, "FixedBuild"),
  };
}

function branch(element: Element): unknown {
  const items = [...all(element, "Branch").map(branch), ...all(element, "FullProductName").map(product)];
  return { Items: items, Type: element.attributes["Type"] === "Vendor" ? 0 : 1, Name: element.attributes["Name"] };
}

function product(element: Element): unknown {
  return { ProductID: element.attributes["ProductID"], Value: element.text };
}

function revisions(element: Element | undefined): unknown {
  return all(only(element, "RevisionHistory"), "Revision").map((revision) => ({
    Number: text(revision, "Number"),
    Date: text(revision, "Date"),
    Description: value(revision, "Description"),
  }));
}

function productIds(element: Element): string[] {
  return all(element, "ProductID").map((id) => id.text);
}

function value(element: Element | undefined, name: string): { readonly Value: string } {
  return { Value: text(element, name) };
}

function text(element: Element | undefined, name: string): string {
  return only(element, name)?.text ?? "";
}

function only(element: Element | undefined, name: string): Element | undefined {
  return all(element, name)[0];
}

function all(element: Element | undefined, name: string): Element[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

function elementsOf(xml: string): Element {
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const parser = new SaxesParser({ xmlns: false });
  parser.on("opentag", ({ name, attributes }) => {
    const element: Element = { name: name.slice(name.indexOf(":") + 1), attributes, children: [], text: "" };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on("text", (piece) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += piece;
  });
  parser.on("closetag", () => void open.pop());
  parser.write(xml.replace(/^\ufeff/, "")).close();
  return root.children[0] ?? root;
}
