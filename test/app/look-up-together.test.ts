import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { lookUpTogether } from "../../src/app/look-up-together.ts";

test("what is asked within a turn is looked up at once, each key once, and everybody gets what belongs to its key", async () => {
  const questions: (readonly string[])[] = [];
  const find = lookUpTogether(async (keys) => {
    questions.push(keys);
    return keys.map((key) => key.toUpperCase());
  });
  const asked = [find("a"), find("b"), find("a")];
  await Promise.resolve();
  const last = find("c");
  expect(await Promise.all([...asked, last])).toEqual(["A", "B", "A", "C"]);
  expect(questions).toEqual([["a", "b", "c"]]);
});

test("nothing is remembered: whoever asks later gets what is there then", async () => {
  let value = 1;
  const find = lookUpTogether(async (keys) => keys.map(() => value));
  expect(await find("a")).toBe(1);
  value = 2;
  expect(await find("a")).toBe(2);
});

test("who asks while others are being answered is answered by a question of its own", async () => {
  const questions: (readonly string[])[] = [];
  const find = lookUpTogether(async (keys) => {
    questions.push(keys);
    await turn();
    return keys;
  });
  const first = find("a");
  await turn();
  const second = find("a");
  expect(await Promise.all([first, second])).toEqual(["a", "a"]);
  expect(questions).toEqual([["a"], ["a"]]);
});

test("where looking up fails all who asked are told, and the next question is asked again", async () => {
  let fails = true;
  const find = lookUpTogether(async (keys) => {
    if (fails) throw new Error("no");
    return keys;
  });
  const results = await Promise.allSettled([find("a"), find("a"), find("b")]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  fails = false;
  expect(await find("a")).toBe("a");
});

test("a question that is not answered keeps nobody else waiting", async () => {
  const find = lookUpTogether((keys) => (keys.includes("lost") ? new Promise<never>(() => undefined) : Promise.resolve(keys)));
  void find("lost");
  await turn();
  expect(await find("a")).toBe("a");
});
