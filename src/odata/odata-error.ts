/** Facts of a refused query: which option, and where in it (characters from 1), as far as they are known. */
export interface QueryFault {
  readonly option?: string;
  readonly position?: number;
}

/** A query that cannot be answered as it was written. The message is for its author: it names option, place and what is possible instead. */
export class ODataError extends Error {
  override readonly name: string = "ODataError";
  readonly code = "ODataError";
  readonly option: string | undefined;
  /** counts from 1; undefined where the option as a whole is wrong */
  readonly position: number | undefined;

  constructor(message: string, fault: QueryFault = {}) {
    super(`${placeOf(fault)}${message}`);
    this.option = fault.option;
    this.position = fault.position;
  }
}

function placeOf({ option, position }: QueryFault): string {
  if (option === undefined) return "";
  return position === undefined ? `${option}: ` : `${option}, position ${position}: `;
}

/** A piece of somebody's text for a message: short, quoted, control characters escaped. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
