import { msrc } from "../msrc/msrc-feed.ts";

export const other: string = msrc.name;
