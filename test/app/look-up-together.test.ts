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

test("what is asked for while a question is under way is looked up at once when it is answered", async () => {
  const questions: (readonly string[])[] = [];
  const answers: (() => void)[] = [];
  const find = lookUpTogether(async (keys) => {
    questions.push(keys);
    await new Promise<void>((resolve) => answers.push(resolve));
    return keys;
  });
  const first = find("a");
  await turn();
  const others = [find("b")];
  await turn();
  others.push(find("c"), find("b"));
  await turn();
  expect(questions).toEqual([["a"]]);
  answers[0]?.();
  expect(await first).toBe("a");
  await turn();
  expect(questions).toEqual([["a"], ["b", "c"]]);
  answers[1]?.();
  expect(await Promise.all(others)).toEqual(["b", "c", "b"]);
});

test("a question that is not answered keeps others waiting a moment, once", async () => {
  const find = lookUpTogether((keys) => (keys.includes("lost") ? new Promise<never>(() => undefined) : Promise.resolve(keys)));
  void find("lost");
  await turn();
  expect(await find("a")).toBe("a");
  const found: string[] = [];
  void find("b").then((value) => found.push(value));
  for (let turns = 0; turns < 3; turns++) await turn();
  expect(found).toEqual(["b"]);
});
