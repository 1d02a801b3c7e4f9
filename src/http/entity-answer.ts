import type { Epoch } from "../app/fleet/epoch.ts";
import type { Row } from "../odata/row-values.ts";
import { type Context, contextUrl } from "./metadata/contexts.ts";
import { type Answer, type Call, jsonType } from "./route.ts";

/** Answers one object, with its context first; `epoch` is the knowledge that it was made under. */
export function answerEntity({ origin }: Call, { fragment }: Context, row: Row, epoch: Epoch): Answer {
  return { body: JSON.stringify({ "@odata.context": contextUrl(origin, fragment), ...row }), type: jsonType, epoch };
}
