import { sync } from "../../app/sync.ts";

export const calls: string = sync;
