import { reportDevices } from "../../app/assess-fleet.ts";
import { describeAge } from "../../app/stale-knowledge.ts";
import { coloursFor } from "../colours.ts";
import type { CommandContext } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { printDevicesCsv } from "../fleet-csv.ts";
import { printDevicesTable } from "../fleet-table.ts";
import { knowledgeOf, tenantOf, withStore } from "../knowledge.ts";
import { checkForm, dayAskedFor, printAs } from "../print-report.ts";

/** `patchgap devices`: the stored devices and how they stand. */
export async function devices({ config, io, messages }: CommandContext): Promise<number> {
  checkForm(config);
  const asOf = dayAskedFor(config, io);
  return withStore(config, async (store) => {
    const tenant = await tenantOf(store, config);
    const { knowledge, trouble } = await knowledgeOf(store);
    const report = await reportDevices(store, tenant.id, knowledge, asOf);
    if (report.devices.length === 0) messages.info("No device is stored yet: `patchgap ingest FILE` stores inventories.");
    const style = { width: io.stdout.columns, colours: coloursFor(io.stdout, io.environment), age: describeAge(knowledge.catalog, asOf) };
    io.stdout.write(printAs(report, config, io, { csv: printDevicesCsv, table: (each) => printDevicesTable(each, style) }));
    if (trouble !== undefined) throw trouble;
    return exitCodes.fine;
  });
}
