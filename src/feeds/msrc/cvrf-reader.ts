import { createHash } from "node:crypto";
import { ProductError } from "../../domain/errors.ts";
import type { FeedDocument } from "../feed.ts";
import type { CvrfDocument } from "./cvrf-document.ts";
import { readCvrfJson } from "./cvrf-json.ts";
import { cvrfLimits } from "./cvrf-limits.ts";
import { cvrfToUpdateDocument } from "./cvrf-to-update-document.ts";
import { CvrfXmlReader } from "./cvrf-xml.ts";
import { kindLength, kindOf } from "./document-kind.ts";
import { DocumentText } from "./document-text.ts";

interface XmlReading {
  readonly reader: CvrfXmlReader;
  readonly text: DocumentText;
}

/** Reads one decompressed CVRF document, XML or JSON, as its bytes arrive; nothing comes out before its end. */
export class CvrfReader {
  readonly #source: string;
  readonly #hash: ReturnType<typeof createHash> = createHash("sha256");
  #bytes = 0;
  /** what has come before there was enough to tell the kind; all of it in the JSON form */
  #held: Uint8Array[] = [];
  #kind: "unknown" | "JSON" | "XML" = "unknown";
  #xml: XmlReading | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  /** @throws ProductError as soon as the bytes so far cannot be a CVRF document */
  write(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#bytes > cvrfLimits.decodedBytes) {
      throw new ProductError("too-large", `more than ${cvrfLimits.decodedBytes / 1024 / 1024} MiB after decompression`, {
        place: { source: this.#source },
        hint: "real documents have up to 4 MB: this is not one",
      });
    }
    this.#hash.update(bytes);
    if (this.#xml === undefined) this.#hold(bytes);
    else this.#readXml(bytes, this.#xml);
  }

  /** @throws ProductError where the document is not whole or does not say what it is */
  end(): FeedDocument {
    if (this.#kind === "unknown") this.#tellKind();
    const cvrf = this.#xml === undefined ? this.#endJson() : this.#endXml(this.#xml);
    const document = cvrfToUpdateDocument(cvrf, this.#source);
    return { document, digest: this.#hash.digest("hex"), bytes: this.#bytes };
  }

  #hold(bytes: Uint8Array): void {
    this.#held.push(bytes);
    if (this.#kind === "unknown" && this.#bytes >= kindLength) this.#tellKind();
  }

  #tellKind(): void {
    const start = Buffer.concat(this.#held);
    const { kind, encoding, bomLength } = kindOf(start);
    const unread = kind === "JSON" && encoding !== "utf-8" ? "JSON in UTF-16" : kind;
    if (unread !== "XML" && unread !== "JSON") {
      const what = kind === "gzip" ? "gzip inside of gzip" : unread;
      throw new ProductError("unreadable-input", `${what}, not a CVRF document`, {
        place: { source: this.#source },
        hint: "patchgap reads MSRC's CVRF 1.1 documents, XML or JSON, also gzipped",
      });
    }
    this.#kind = unread;
    if (unread === "JSON") return;
    const reader = new CvrfXmlReader(this.#source, encoding === "utf-8" ? "utf-8" : "utf-16");
    this.#xml = { reader, text: new DocumentText(this.#source, encoding, () => reader.line) };
    this.#held = [];
    this.#readXml(start.subarray(bomLength), this.#xml);
  }

  #readXml(bytes: Uint8Array, { reader, text }: XmlReading): void {
    for (const piece of text.decode(bytes)) reader.write(piece);
  }

  #endJson(): CvrfDocument {
    const whole = Buffer.concat(this.#held);
    this.#held = [];
    return readCvrfJson(whole, this.#source);
  }

  #endXml({ reader, text }: XmlReading): CvrfDocument {
    text.end();
    return reader.end();
  }
}
