import { msrc } from "../feeds/msrc/msrc-feed.ts";

export const named: string = msrc.name;
