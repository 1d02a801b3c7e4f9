import type { Feed } from "../feed.ts";

export const msrc: Feed = { name: "msrc" };
