/** What a column of a portion may hold. */
export type PortableValue = string | number | null | Uint8Array;

/** Rows of one table, as every database gives them: columns and their order are the same everywhere, texts are plain. */
export interface Portion {
  readonly table: string;
  readonly rows: readonly (readonly PortableValue[])[];
}

/** All that is held, table by table, each ordered by its key; a portion is read when it is asked for. */
export type ReadPortions = () => AsyncIterable<Portion>;

/** A store that is being filled: nobody else sees anything of it. */
export interface Filling {
  /** what is in it so far */
  readonly portions: ReadPortions;
  /** forgets what a database has from the start or makes again by itself: the first tenant, epochs, standings, walks */
  readonly clear: () => Promise<void>;
  readonly put: (portion: Portion) => Promise<void>;
}

/**
 * CONTRACT of a store as a whole: what an installation is made of can be taken out of one database and put into another, of whatever kind, in constant memory.
 * Every failure is a ProductError.
 */
export interface PortableStore {
  /** where it is, without a password */
  readonly place: string;
  /** everything is as of one moment while `work` runs, however often it reads */
  reading<T>(work: (portions: ReadPortions) => Promise<T>): Promise<T>;
  /** All or nothing: it counts once `work` is done; where that fails, or the process is killed, nothing has happened. `work` may be called again. */
  filling<T>(work: (filling: Filling) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
