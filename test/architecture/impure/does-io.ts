import { readFileSync } from "node:fs";

/** Every line below must be refused by the compiler under the settings of the domain. */
export function doesIo(): void {
  readFileSync("knowledge.json");
  void fetch("https://example.invalid");
  process.exitCode = 1;
  console.log("hello");
  setTimeout(doesIo, 1);
}
