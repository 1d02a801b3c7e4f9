import { type MigratedStore, migrateStore } from "../../app/migrate-store.ts";
import { openPortableStore } from "../../compose.ts";
import { ProductError } from "../../domain/errors.ts";
import { printColumns } from "../columns.ts";
import type { CommandContext } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { printJson } from "../print-json.ts";
import { countLine } from "../progress-line.ts";
import { visible } from "../visible-text.ts";

/** `patchgap migrate-store FROM TO`: moves an installation into an empty store of the same or another kind; FROM stays as it is. */
export async function migrateStoreCommand({ config, io, messages, names: [source = "", target = ""] }: CommandContext): Promise<number> {
  if (source === target) throw new ProductError("usage", "FROM and TO are the same", { hint: "Name an empty store as the second." });
  const progress = countLine(io, !config.quiet, "rows");
  const from = await openPortableStore(source, "take", config);
  try {
    const to = await openPortableStore(target, "fill", config);
    try {
      const moved = await migrateStore(from, to, progress.show);
      progress.clear();
      io.stdout.write(config.json ? printJson({ from: from.place, to: to.place, ...outline(moved) }) : print(moved, io.stdout.columns));
      messages.info(`Everything is in ${visible(to.place)} now; ${visible(from.place)} stays as it was.`);
    } finally {
      await to.close();
    }
  } finally {
    progress.clear();
    await from.close();
  }
  return exitCodes.fine;
}

function outline({ from, to }: MigratedStore) {
  return { rows: to.counts, contentHash: { from: from.contentHash, to: to.contentHash } };
}

function print({ from, to }: MigratedStore, width: number | undefined): string {
  const columns = [
    { head: "Table", cell: ([table]: [string, number]) => table, isElastic: true },
    { head: "Rows", cell: ([, rows]: [string, number]) => String(rows) },
  ];
  const lines = printColumns(Object.entries(to.counts), columns, { width, head: (text) => text });
  return `${lines.join("\n")}\n\nContent of FROM  ${from.contentHash}\nContent of TO    ${to.contentHash}\n`;
}
