import type { Feed } from "../feeds/feed.ts";

export type Knows = Feed;
