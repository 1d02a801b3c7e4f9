import { type IngestedItem, ingestInventories } from "../../app/ingest-inventories.ts";
import { ProductError } from "../../domain/errors.ts";
import { spool } from "../answer-spool.ts";
import { badRequest, HttpError } from "../http-error.ts";
import { bodyChunks, mediaType } from "../read-body.ts";
import { type Answer, type Call, jsonType, type Route } from "../route.ts";
import type { Service } from "../service.ts";

const mediaTypes = new Set(["application/json", "application/x-ndjson", "application/jsonl", "text/plain"]);

/** Taking inventories in: ours. */
export function inventoryRoutes(service: Service): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/api/inventories",
      may: ["Inventory.ReadWrite.All"],
      summary: "store inventories: one, an array, or one object a line without end; gzip or not",
      answers: "results by item",
      takes: [...mediaTypes],
      handle: (call) => takeIn(service, call),
    },
  ];
}

/** What of an item goes into the answer. */
function itemOf({ line, device, outcome, problems }: IngestedItem): object {
  return {
    ...(line === undefined ? {} : { line }),
    ...(device ?? {}),
    outcome,
    problems: problems.map(({ field, message }) => (field === undefined ? { message } : { field, message })),
  };
}

/**
 * Stores a stream as it comes, and answers when the last item is on the disk: a client that sends everything before it reads anything is not
 * left waiting. However many items there are, memory holds some of them; their results wait in a file.
 */
async function takeIn(service: Service, call: Call): Promise<Answer> {
  checkType(call);
  const counts = { new: 0, updated: 0, unchanged: 0, older: 0, refused: 0 };
  const answer = spool(service.spoolFolder);
  let first: IngestedItem | undefined;
  try {
    const tools = {
      store: { checkIn: service.checkIn },
      look: service.look,
      knownWords: service.knownWords,
      tenant: call.tenant,
      now: service.fleet.now,
    };
    for await (const item of ingestInventories(
      service.readItems(bodyChunks(call), call.headers["content-encoding"] !== undefined),
      tools,
    )) {
      first ??= item;
      counts[item.outcome]++;
      await answer.add(JSON.stringify(itemOf(item)));
    }
  } catch (error) {
    await answer.discard();
    throw withStored(error, counts);
  }
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (total === counts.refused) {
    await answer.discard();
    throw nothingStored(first, total);
  }
  return { body: await answer.close(`{"counts":${JSON.stringify(counts)},"value":[`, "]}"), type: jsonType };
}

function checkType(call: Call): void {
  const type = mediaType(call);
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(call.headers["content-type"] ?? "")?.[1]?.toLowerCase() ?? "utf-8";
  if (!mediaTypes.has(type)) throw new HttpError(415, "UnsupportedMediaType", `Content-Type: ${[...mediaTypes].join(", ")} are understood`);
  if (type !== "text/plain" && charset !== "utf-8" && charset !== "us-ascii")
    throw new HttpError(415, "UnsupportedMediaType", "JSON is expected in UTF-8");
}

function nothingStored(first: IngestedItem | undefined, total: number): HttpError {
  const problem = first?.problems[0];
  if (problem === undefined) return badRequest("Request body is incorrect: there is no inventory in it", "InvalidRequestBody");
  const place = problem.line === undefined ? "" : `line ${problem.line}: `;
  const more = total > 1 ? ` (and ${total - 1} more, none of which was stored)` : "";
  return badRequest(`Request body is incorrect: ${place}${problem.message}${more}`, "InvalidRequestBody");
}

/** What was stored before the trouble stays: sending everything again does no harm. */
function withStored(error: unknown, { refused, ...stored }: Readonly<Record<IngestedItem["outcome"], number>>): unknown {
  const count = Object.values(stored).reduce((sum, each) => sum + each, 0);
  if (count + refused === 0 || !(error instanceof ProductError)) return error;
  const message = `${error.message}; ${count} inventories before it were stored, and sending all of them again does no harm`;
  return new ProductError(error.code, message, {
    place: error.place,
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}
