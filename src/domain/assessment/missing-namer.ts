import type { Catalog } from "../catalog/catalog.ts";
import type { MissingUpdate } from "./assessment.ts";
import { type DeviceEvaluation, evaluationsOf } from "./device-evaluation.ts";
import { nameMissing, oneOfEach } from "./missing-update.ts";
import { noShortfall, type Shortfall } from "./shortfall.ts";

type Lists = WeakMap<Shortfall, readonly MissingUpdate[]>;

const nothing: readonly MissingUpdate[] = [];

/** Names the updates that devices miss, without the words of reasons: one list for all devices of a build that lack the same. */
export class MissingNamer {
  readonly #catalog: Catalog;
  readonly #byBuild = new Map<number, Lists>();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** @param shortfall what that device lacks, as the finder of shortfalls made it: one for all that lack the same of the same plans */
  of(device: DeviceEvaluation, shortfall: Shortfall): readonly MissingUpdate[] {
    if (shortfall === noShortfall) return nothing;
    const osBuild = device.system.build;
    const lists: Lists = this.#byBuild.get(osBuild) ?? new WeakMap();
    this.#byBuild.set(osBuild, lists);
    const known = lists.get(shortfall);
    if (known !== undefined) return known;
    const list = oneOfEach(evaluationsOf(device).flatMap((evaluation) => nameMissing(this.#catalog, evaluation, { osBuild })));
    lists.set(shortfall, list);
    return list;
  }
}
