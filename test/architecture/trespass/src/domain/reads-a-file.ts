import { readFileSync } from "node:fs";

export const text: string = readFileSync("knowledge.json", "utf8");
