import type { DocumentReference } from "../feeds/feed.ts";

/** How far a sync is. */
export interface SyncProgress {
  readonly phase: "reading" | "compiling";
  readonly documentsDone: number;
  readonly documents: number;
  /** as the source counts them: compressed files count compressed */
  readonly bytesDone: number;
  /** undefined where the source does not say */
  readonly bytes: number | undefined;
  /** what was begun last */
  readonly location: string;
}

export type OnProgress = (progress: SyncProgress) => void;

/** Counts documents and bytes as they are read. */
export class ReadingProgress {
  readonly #tell: OnProgress | undefined;
  readonly #documents: number;
  readonly #bytes: number | undefined;
  #documentsDone = 0;
  #bytesDone = 0;

  constructor(references: readonly DocumentReference[], tell: OnProgress | undefined) {
    const sizes = references.map((reference) => reference.bytes);
    this.#tell = tell;
    this.#documents = references.length;
    this.#bytes = sizes.includes(undefined) ? undefined : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  }

  begin({ location }: DocumentReference): void {
    const [documentsDone, documents, bytesDone, bytes] = [this.#documentsDone, this.#documents, this.#bytesDone, this.#bytes];
    this.#tell?.({ phase: "reading", documentsDone, documents, bytesDone, bytes, location });
  }

  end({ bytes = 0 }: DocumentReference): void {
    this.#documentsDone++;
    this.#bytesDone += bytes;
  }
}

/** All is read; what follows cannot be counted. */
export function compilingProgress(documents: number): SyncProgress {
  return { phase: "compiling", documentsDone: documents, documents, bytesDone: 0, bytes: undefined, location: "" };
}
