/** Clocks of devices go wrong; so far ahead is taken for a clock, further for a mistake. */
const mostAheadMs = 15 * 60_000;
/** No device of any system that is assessed here collected anything before. */
const earliest = "2000-01-01";

export interface OrderingTime {
  /** ISO time */
  readonly at: string;
  /** why the device's own time does not count; absent where it does, or where it gave none */
  readonly doubt?: string;
}

/** The time that orders the inventories of a device: when it was collected, or when it arrived where the device's clock cannot be right. */
export function orderingTime(collectedAt: string | undefined, arrival: string): OrderingTime {
  if (collectedAt === undefined) return { at: arrival };
  const aheadMs = Date.parse(collectedAt) - Date.parse(arrival);
  if (aheadMs > mostAheadMs) return { at: arrival, doubt: "collectedAt lies in the future: the time of arrival was taken" };
  if (collectedAt < earliest || !/^\d{4}-/.test(collectedAt))
    return { at: arrival, doubt: `collectedAt lies before ${earliest.slice(0, 4)}: the time of arrival was taken` };
  return { at: collectedAt };
}
