import { ProductError } from "../../domain/errors.ts";
import { parseDocumentId } from "./document-id.ts";

/** Refuses a document that is another one than a list or a file's name promised, so that no month can pose as another. */
export function refuseOtherDocument(found: string, promised: string | undefined, source: string): void {
  if (promised === undefined || parseDocumentId(promised) === found) return;
  throw new ProductError("unreadable-input", `asked for the document ${promised}, got ${found}`, {
    place: { source, field: "ID" },
    hint: "a file is called after the document in it, or has no document's id in its name",
  });
}
