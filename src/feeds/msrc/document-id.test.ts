import { describe, expect, it } from "vitest";
import { documentIdInFileName, parseDocumentId, parseDocumentMonth } from "./document-id.ts";

describe("a document's id", () => {
  it.each([
    ["2023-Oct", "2023-Oct"],
    ["2018-FEB", "2018-Feb"],
    ["2024-JAN", "2024-Jan"],
    ["2024-Jan ", "2024-Jan"],
    ["2017-May-B", "2017-May-B"],
    ["Oct-OOB", "Oct-OOB"],
  ])("X68: %j is canonically %s", (written, id) => expect(parseDocumentId(written)).toBe(id));

  it.each([
    "",
    "../2024-Jan",
    "2024-Jan/..",
    "2024-Jan\0",
    "2024\nJan",
    "2024-J\u0430n",
    "<script>",
    "2024-Foo",
    "2024",
    "a".repeat(10_240),
    "C:",
    "con.",
    "..",
    "-",
  ])("X68: %j is none", (written) => expect(parseDocumentId(written)).toBeUndefined());
});

describe("a document's month", () => {
  it.each([
    ["2023-Oct", "2023-Oct", "2023-11-01T00:00:00Z", 2023 * 12 + 9],
    ["2017-May-B", "2017-May-B", "2017-05-08T07:00:00Z", 2017 * 12 + 4],
    ["Oct-OOB", "2016-Oct-27", "2016-11-27T07:00:00Z", 2016 * 12 + 9],
    ["Oct-OOB", "", "2016-10-27T07:00:00Z", 2016 * 12 + 9],
  ])("of %s with alias %j, first released %s, is %i", (id, alias, initialRelease, month) => {
    expect(parseDocumentMonth(id, alias, initialRelease)).toBe(month);
  });

  it("is unknown where nothing tells it", () => expect(parseDocumentMonth("Oct-OOB", "", "")).toBeUndefined());
});

describe("a file's name", () => {
  it.each([
    ["cvrfDocument-2018-Feb.xml.gz", "2018-Feb"],
    ["2018-FEB.json", "2018-Feb"],
    ["cvrfDocument-2017-May-B.xml.gz", "2017-May-B"],
    ["cvrfDocument-2020-Mar.reconstructed.xml.gz", "2020-Mar"],
    ["2024-Jan (1).xml", "2024-Jan"],
  ])("X67: %s promises %s", (name, id) => expect(documentIdInFileName(name)).toBe(id));

  it.each([
    "cvrfDocument-Oct-OOB.xml.gz",
    "february.xml",
    "2024-01.xml",
    "2024-Foo.xml",
    "2023-Oct-old.xml",
    "from 2023-Oct to 2023-Nov.xml",
  ])("X67: %s promises nothing", (name) => expect(documentIdInFileName(name)).toBeUndefined());
});
