import { type Distribution, distribute } from "../../compose.ts";
import { ProductError } from "../../domain/errors.ts";
import { printColumns } from "../columns.ts";
import type { CommandContext } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { count } from "../phrases.ts";
import { printJson } from "../print-json.ts";
import { visible } from "../visible-text.ts";

/** `patchgap database distribute`: has Citus distribute the tables of a database, whether anything is in them or not. */
export async function databaseDistribute({ config, io, messages }: CommandContext): Promise<number> {
  const { shards } = config;
  if (shards !== undefined && !(Number.isInteger(shards) && shards >= 1 && shards <= 64_000)) {
    throw new ProductError("usage", `--shards must be a whole number from 1 to 64000, not ${shards}`);
  }
  let began = 0;
  const done = await distribute(config, {
    ...(shards === undefined ? {} : { shards }),
    report: (table, rows, state) => {
      const now = io.now().getTime();
      if (state === "moved") messages.info(`${table}: moved in ${((now - began) / 1000).toFixed(1)} s`);
      else if (rows >= worthSaying) messages.info(`${table}: ${count(rows, "row")} to move`);
      began = state === "moving" ? now : began;
    },
  });
  io.stdout.write(config.json ? printJson(done) : print(done, io.stdout.columns));
  messages.info(
    done.moved === 0
      ? `${visible(done.place)} was distributed already.`
      : `${visible(done.place)} is distributed over ${count(done.workers, "worker")}.`,
  );
  return exitCodes.fine;
}

const worthSaying = 10_000;

function print({ shards, tables }: Distribution, width: number | undefined): string {
  const columns = [
    { head: "Table", cell: ({ table }: Distribution["tables"][number]) => table, isElastic: true },
    { head: "Rows", cell: ({ rows }: Distribution["tables"][number]) => String(rows) },
    {
      head: "Lies",
      cell: ({ place }: Distribution["tables"][number]) => (place === "by device" ? `by device, in ${shards} parts` : place),
    },
  ];
  return `${printColumns(tables, columns, { width, head: (text) => text }).join("\n")}\n`;
}
