import { test } from "vitest";

export const tool: string = typeof test;
