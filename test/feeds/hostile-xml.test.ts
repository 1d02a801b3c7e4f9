import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ProductError } from "../../src/domain/errors.ts";
import { cvrfJson } from "../fixtures/cvrf/build-cvrf.ts";
import { SLOW_MACHINE } from "../slow-machine.ts";
import { cleanDocument, cleanRows, cleanXml, read } from "./clean-document.ts";

const head = '<?xml version="1.0" encoding="utf-8"?>\n';
const body = cleanXml.slice(head.length);
/** Puts markup before the first vulnerability, where the root's children stand. */
const inside = (markup: string): string => cleanXml.replace("<vuln:Vulnerability ", `${markup}<vuln:Vulnerability `);
const inNote = (text: string): string => cleanXml.replace("&lt;p&gt;About", `${text}About`);
/** The line on which a text begins in the clean document. */
const lineOf = (text: string): number => cleanXml.slice(0, cleanXml.indexOf(text)).split("\n").length;
const insideLine = lineOf("<vuln:Vulnerability ");
const noteLine = lineOf("&lt;p&gt;About");
const canary = "http://127.0.0.1:9/canary";

/** The error a document is refused with, which must come within two seconds. */
function refusal(document: string | Uint8Array): ProductError {
  const start = performance.now();
  try {
    read(document);
  } catch (error) {
    expect(performance.now() - start).toBeLessThan(2000 * SLOW_MACHINE);
    expect(error).toBeInstanceOf(ProductError);
    if (error instanceof ProductError) return error;
  }
  throw new Error("the document was read");
}

describe("a document with a DOCTYPE or entities is refused, and nothing is resolved", () => {
  it.each([
    ["X01 a plain one", "<!DOCTYPE cvrf:cvrfdoc>"],
    [
      "X02 billion laughs",
      `<!DOCTYPE a [${Array.from({ length: 10 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join("")}]>`,
    ],
    ["X03 quadratic blow-up", `<!DOCTYPE a [<!ENTITY e "${"x".repeat(100_000)}">]>`],
    ["X04 a parameter entity", '<!DOCTYPE a [<!ENTITY % a "b">%a;]>'],
    ["X05 an external entity", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'],
    ["X06 an entity of another host", `<!DOCTYPE a [<!ENTITY x SYSTEM "${canary}">]>`],
    ["X07 an external DTD", `<!DOCTYPE x SYSTEM "${canary}/x.dtd">`],
    [
      "X08 exfiltration by a parameter entity",
      `<!DOCTYPE a [<!ENTITY % f SYSTEM "file:///etc/hostname"><!ENTITY % d SYSTEM "${canary}">%d;]>`,
    ],
    ["X09 a filter as entity", '<!DOCTYPE a [<!ENTITY x SYSTEM "php://filter/read=convert.base64-encode/resource=/etc/passwd">]>'],
    ["X09 a UNC path as entity", '<!DOCTYPE a [<!ENTITY x SYSTEM "\\\\host\\x">]>'],
    ["X10 a notation", '<!DOCTYPE a [<!NOTATION n SYSTEM "n"><!ENTITY x SYSTEM "x" NDATA n>]>'],
    ["X11 a harmless entity", '<!DOCTYPE a [<!ENTITY x "text">]>'],
    ["X12 a DOCTYPE after a megabyte of comments", `${"<!-- comment -->".repeat(62_500)}<!DOCTYPE a>`],
    ["X12 a DOCTYPE after a megabyte of white space", `${" ".repeat(1_000_000)}<!DOCTYPE a>`],
  ])("%s", (_row, doctype) => expect(refusal(head + doctype + body).message).toMatch(/DOCTYPE is refused/));

  it.each([
    ["X03 the entity used 10,000 times", `<!DOCTYPE a [<!ENTITY e "${"x".repeat(100_000)}">]><a>${"&e;".repeat(10_000)}</a>`],
    ["X13 a DOCTYPE in UTF-16 without a mark", Buffer.from(`<!DOCTYPE a>${body}`, "utf16le")],
    ["X13 a DOCTYPE in UTF-16 with a mark", Buffer.from(`\ufeff<!DOCTYPE a>${body}`, "utf16le")],
    ["X13 a DOCTYPE in UTF-7", "+ADwAIQ-DOCTYPE a+AD4-"],
    ["X13 a DOCTYPE in EBCDIC", Buffer.from([0x4c, 0x5a, 0xc4, 0xd6, 0xc3, 0xe3, 0xe8, 0xd7, 0xc5, 0x40, 0x81, 0x6e])],
    ["X14 an undefined entity in a note that nobody reads", inNote("&foo;")],
    ["X14 an undefined entity in a title", cleanXml.replace("October", "&October;")],
  ])("%s", (_row, document) => expect(refusal(document).code).toBe("unreadable-input"));
});

describe("what would lead elsewhere is passed over", () => {
  it.each([
    ["X15 XInclude", inside('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>')],
    ["X16 a stylesheet", `${head}<?xml-stylesheet href="${canary}"?>${body}`],
    ["X16 any other instruction", inside("<?php echo 1 ?>")],
    [
      "X17 a schema location",
      cleanXml.replace(
        "<cvrf:cvrfdoc ",
        `<cvrf:cvrfdoc xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a ${canary}" `,
      ),
    ],
    ["X27 a comment anywhere", inside("<!-- <vuln:Vulnerability> -->")],
    ["X28 a vulnerability in CDATA", inNote("<![CDATA[<vuln:Vulnerability><vuln:CVE>CVE-1-1</vuln:CVE></vuln:Vulnerability>]]>")],
  ])("%s", (_row, document) => expect(read(document)).toEqual(cleanDocument));

  it("X28 CDATA is the text of an element that counts", () => {
    expect(read(cleanXml.replace("October 2023 Security Updates", "<![CDATA[October <2023>]]> !")).title).toBe("October <2023> !");
  });
});

describe("a document beyond the limits is refused", () => {
  const nested = (depth: number): string => "<a>".repeat(depth) + "</a>".repeat(depth);
  it.each([
    ["X20 depth 33", inside(nested(32))],
    ["X20 depth 10,000", inside(nested(10_000))],
    ["X20 depth 1,000,000", inside("<a>".repeat(1_000_000))],
    ["X21 2,000,001 elements", inside("<a/>".repeat(2_000_001))],
    ["X22 a text of 1 MiB and one more", inNote("x".repeat(1_048_577))],
    ["X22 a text of 60 MiB", inNote("x".repeat(60 * 1_048_576))],
    ["X22 a comment of 60 MiB", inside(`<!--${"x".repeat(60 * 1_048_576)}-->`)],
    ["X23 65 attributes", inside(`<a ${Array.from({ length: 65 }, (_, i) => `a${i}=""`).join(" ")}/>`)],
    ["X23 100,000 attributes", inside(`<a ${Array.from({ length: 100_000 }, (_, i) => `a${i}=""`).join(" ")}/>`)],
    [
      "X24 100,000 attributes of colliding names",
      inside(
        `<a ${Array.from({ length: 100_000 }, (_, i) => `${i.toString(2).padStart(17, "0").replaceAll("0", "Aa").replaceAll("1", "BB")}=""`).join(" ")}/>`,
      ),
    ],
    ["X25 a name of 1 MiB", inside(`<${"a".repeat(1_048_576)}/>`)],
    ["X25 10,000 namespaces", inside(`<a ${Array.from({ length: 10_000 }, (_, i) => `xmlns:n${i}="u"`).join(" ")}/>`)],
    ["an attribute of 4 KiB and one more", inside(`<a a="${"x".repeat(4097)}"/>`)],
    ["X29 65 MiB with spaces at the end", Buffer.concat([Buffer.from(cleanXml), Buffer.alloc(65 * 1_048_576, " ")])],
    ["X30 a gzip bomb", gzipSync(Buffer.alloc(80 * 1_048_576, " "))],
    ["a JSON nested deeper than 32", `{"a":${"[".repeat(60_000_000)}`],
    ["a JSON of 2,000,001 values", `[${"0,".repeat(2_000_000)}0]`],
  ])("%s", (_row, document) => expect(refusal(document).code).toBe("too-large"));

  it.each([
    ["X20 depth 32", inside(nested(31))],
    ["X22 a text of 1 MiB", inside(`<vuln:Note>${"x".repeat(1_048_576)}</vuln:Note>`)],
    ["X23 64 attributes", inside(`<a ${Array.from({ length: 64 }, (_, i) => `a${i}=""`).join(" ")}/>`)],
    ["X27 100,000 comments", inside("<!-- c -->".repeat(100_000))],
    ["an attribute of 4 KiB", inside(`<a a="${"x".repeat(4096)}"/>`)],
  ])("but one at them is read: %s", (_row, document) => expect(read(document)).toEqual(cleanDocument));
});

describe("what is not well-formed is refused, naming the line", () => {
  it.each([
    ["X26 an attribute twice", inside('<a b="" b=""/>'), insideLine],
    ["X27 a comment with two hyphens", inside("\n<!-- a -- b -->"), insideLine + 1],
    ["X43 two documents", cleanXml + body, cleanXml.split("\n").length],
    ["X46 a NUL", inNote("\0"), noteLine],
    ["X46 a control character", inNote("\u0001"), noteLine],
    ["X46 U+FFFE", inNote("\ufffe"), noteLine],
    ["X46 a reference to NUL", inNote("&#0;"), noteLine],
    ["X46 a reference to a surrogate", inNote("&#xD800;"), noteLine],
  ])("%s", (_row, document, line) =>
    expect(refusal(document)).toMatchObject({ code: "unreadable-input", place: { source: "2023-Oct.xml", line } }),
  );

  it.each([
    ["a lone byte", [0xff]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["a cut character", [0xe2, 0x82]],
    ["beyond Unicode", [0xf5, 0x80, 0x80, 0x80]],
  ])("X46 UTF-8 with %s", (_what, bytes) => {
    const [before = "", after = ""] = cleanXml.split("About it.", 1)[0]?.split("About CVE-2023-41767") ?? [];
    const document = Buffer.concat([Buffer.from(`${before}About`), Buffer.from(bytes), Buffer.from(`CVE${after}`)]);
    expect(refusal(document)).toMatchObject({ message: "not well-formed UTF-8", place: { line: noteLine } });
  });

  it("X46 JSON with a lone byte", () => {
    const [before = "", after = ""] = cvrfJson(cleanRows).split("About CVE-2023-41767");
    const document = Buffer.concat([Buffer.from(before), Buffer.from([0xff]), Buffer.from(after)]);
    expect(refusal(document)).toMatchObject({ message: "not well-formed UTF-8", place: { line: before.split("\n").length } });
  });

  it("X46 UTF-8 cut off at the very end", () => {
    expect(refusal(Buffer.concat([Buffer.from(cleanXml), Buffer.from([0xe2])])).message).toBe("not well-formed UTF-8");
  });
});

describe("what is something else is refused by its name", () => {
  it.each([
    ["X42 nothing", "", "an empty file"],
    ["X42 a byte order mark", "\ufeff", "an empty file"],
    ["X42 white space", " \n ", "an empty file"],
    ["X42 an XML declaration", head, "not well-formed XML: document must contain a root element"],
    ["X44 an HTML page", "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "an HTML page"],
    ["X44 a sign-in page", "\n<html lang=en><form>", "an HTML page"],
    ["X44 XHTML", `${head}<html xmlns="http://www.w3.org/1999/xhtml"/>`, "an HTML page"],
    ["X44 JSON", '{"error": "not found"}', "JSON, but not a CVRF document"],
    ["X44 a JSON list", "[]", "unexpected JSON: the document is not an object"],
    ["X44 a PDF file", "%PDF-1.7\n%âãÏÓ", "a PDF file"],
    ["X44 a ZIP archive", Buffer.from("PK\u0003\u0004\u0014\u0000"), "a ZIP archive"],
    ["X44 plain text", "Host Name: DESK-1", "plain text"],
    ["X44 a program", Buffer.from([0x4d, 0x5a, 0x90, 0x00, 0x03]), "binary data"],
    ["gzip inside of gzip", gzipSync(gzipSync(cleanXml)), "gzip inside of gzip"],
    ["a truncated gzip", gzipSync(cleanXml).subarray(0, 500), "not well-formed gzip"],
    ["X45 a declaration of UTF-16 over UTF-8", cleanXml.replace("utf-8", "utf-16"), 'declares encoding "utf-16", but its bytes are utf-8'],
    [
      "X45 a declaration of UTF-8 over UTF-16",
      Buffer.from(`\ufeff${cleanXml}`, "utf16le"),
      'declares encoding "utf-8", but its bytes are utf-16',
    ],
    ["X45 a declaration of a code page", cleanXml.replace("utf-8", "windows-1252"), 'declares encoding "windows-1252"'],
    ["XML 1.1", cleanXml.replace('version="1.0"', 'version="1.1"'), "XML 1.1 is not read"],
    [
      "X48 a prefix of another namespace",
      cleanXml.replace("http://www.icasi.org/CVRF/schema/vuln/1.1", "urn:evil"),
      "not a CVRF 1.1 document",
    ],
    [
      "X48 a prefix that is rebound on the way",
      cleanXml.replace("<vuln:Vulnerability ", '<vuln:Vulnerability xmlns:vuln="urn:evil" '),
      "not a CVRF 1.1 document",
    ],
    ["X48 a prefix that is not declared", cleanXml.replace("xmlns:vuln", "xmlns:vulm"), "not a CVRF 1.1 document"],
    [
      "X48 a root of another namespace",
      cleanXml.replace("http://www.icasi.org/CVRF/schema/cvrf/1.1", "urn:evil"),
      "not a CVRF 1.1 document",
    ],
    ["X48 a root of another name", "<cvrfdoc/>", "not a CVRF 1.1 document"],
    [
      "X49 CVRF 1.2",
      cleanXml.replaceAll("http://www.icasi.org/CVRF/schema/cvrf/1.1", "http://docs.oasis-open.org/csaf/ns/csaf-cvrf/v1.2/cvrf"),
      "unsupported version",
    ],
    ["X49 CVRF 1.0", cleanXml.replaceAll("/1.1", "/1.0"), "unsupported version"],
    ["X49 CSAF 2.0", '{"document": {"csaf_version": "2.0", "title": "x"}}', "unsupported version"],
    ["JSON in UTF-16", Buffer.from(`\ufeff${cvrfJson(cleanRows)}`, "utf16le"), "JSON in UTF-16"],
  ])("%s", (_row, document, message) => {
    const error = refusal(document);
    expect(error.message).toContain(message);
    expect(error.place.source).toBe("2023-Oct.xml");
  });
});

describe("the same document in other bytes is the same", () => {
  const renamed = (prefix: string): string => cleanXml.replaceAll("vuln:", prefix);
  it.each([
    ["X47 with a byte order mark", `\ufeff${cleanXml}`],
    ["X47 without a declaration", body],
    ["X47 with CRLF", cleanXml.replaceAll("\n", "\r\n")],
    ["X47 with CR", cleanXml.replaceAll("\n", "\r")],
    [
      "X47 with U+2028",
      cleanXml
        .replaceAll("\n", "\n\u2028")
        .replace("\n\u2028", "\n")
        .replace(/\u2028$/, ""),
    ],
    ["X48 with another prefix", renamed("c:").replace("xmlns:vuln", "xmlns:c")],
    [
      "X48 with default namespaces",
      body
        .replaceAll(/<(\/?)(?:cvrf|vuln|prod):/g, "<$1")
        .replace(
          /<(Vulnerability|ProductTree)/g,
          (_, name) => `<${name} xmlns="http://www.icasi.org/CVRF/schema/${name === "ProductTree" ? "prod" : "vuln"}/1.1"`,
        )
        .replace("xmlns:cvrf", "xmlns"),
    ],
    ["gzipped", gzipSync(cleanXml)],
    ["in UTF-16", Buffer.from(`\ufeff${cleanXml.replace("utf-8", "utf-16")}`, "utf16le")],
    ["in UTF-16, big end first", Buffer.from(`\ufeff${body}`, "utf16le").swap16()],
    ["as JSON", cvrfJson(cleanRows)],
    ["as JSON with a byte order mark", `\ufeff${cvrfJson(cleanRows)}`],
  ])("%s", (_row, document) => expect(read(document)).toEqual(cleanDocument));

  it.each([
    ["XML", cleanXml],
    ["JSON", cvrfJson(cleanRows)],
  ])("%s says when a CVE was published, when it was updated last, and whether it was public before", (_form, document) => {
    expect(read(document).vulnerabilities).toMatchObject([
      { cve: "CVE-2023-41767", published: "2023-10-10", updated: "2023-10-17", exploited: true, disclosed: true },
      { cve: "ADV190003", published: "2023-10-10", updated: "2023-10-10", exploited: false, disclosed: false },
    ]);
  });
});

describe("a document that broke on the way", () => {
  const bytes = Buffer.from(cleanXml.trimEnd());

  it("X40 is refused wherever it was cut, 1,000 cuts", () => {
    for (let cut = 0; cut < 1000; cut++) {
      expect(() => read(bytes.subarray(0, Math.floor((cut * bytes.length) / 1000))), `cut ${cut}`).toThrow(ProductError);
    }
  });

  it("X40 is refused as JSON wherever it was cut, 1,000 cuts", () => {
    const json = Buffer.from(cvrfJson(cleanRows));
    for (let cut = 0; cut < 1000; cut++) {
      expect(() => read(json.subarray(0, Math.floor((cut * json.length) / 1000))), `cut ${cut}`).toThrow(ProductError);
    }
  });

  it("X41 with one byte flipped is refused, or differs in one record at most, 2,000 flips", () => {
    // a fixed sequence: a failing flip can be seen again
    let seed = 41;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    let refused = 0;
    for (let flip = 0; flip < 2000; flip++) {
      const flipped = Buffer.from(bytes);
      const at = random(bytes.length);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random(8));
      const records = recordsThatDiffer(flipped);
      if (records === undefined) refused++;
      else expect(records, `flip ${flip} at ${at}: ${flipped.subarray(at - 20, at + 20)}`).toBeLessThanOrEqual(1);
    }
    expect(refused).toBeGreaterThan(500);
  });
});

/** How many of its records (the head, the tree, each vulnerability) are not the clean document's; undefined where it is refused. */
function recordsThatDiffer(bytes: Uint8Array): number | undefined {
  try {
    const { products, vulnerabilities, warnings: _, ...head } = read(bytes);
    const { products: cleanProducts, vulnerabilities: cleanVulnerabilities, warnings: __, ...cleanHead } = cleanDocument;
    const pairs = [
      [head, cleanHead],
      [products, cleanProducts],
      ...cleanVulnerabilities.map((clean) => [vulnerabilities.find(({ cve }) => cve === clean.cve), clean]),
    ];
    return pairs.filter(([found, clean]) => JSON.stringify(found) !== JSON.stringify(clean)).length;
  } catch (error) {
    if (error instanceof ProductError) return undefined;
    throw error;
  }
}
