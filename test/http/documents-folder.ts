import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CvrfRows, cvrfXml } from "../fixtures/cvrf/build-cvrf.ts";

/** Documents of rows, as files that a server can be given; whoever asks for the folder removes it. */
export function documentsFolder(documents: readonly CvrfRows[]): string {
  const folder = mkdtempSync(join(tmpdir(), "patchgap-documents-"));
  for (const rows of documents) writeFileSync(join(folder, `${rows.id}.xml`), cvrfXml(rows));
  return folder;
}
