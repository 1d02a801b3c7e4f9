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

test("four questions are under way at once; what is asked for meanwhile is looked up together when one is answered", async () => {
  const questions: (readonly string[])[] = [];
  const answers: (() => void)[] = [];
  const find = lookUpTogether(async (keys) => {
    questions.push(keys);
    await new Promise<void>((resolve) => answers.push(resolve));
    return keys;
  });
  const asked: Promise<string>[] = [];
  for (const key of ["a", "b", "c", "d", "e", "f"]) {
    asked.push(find(key));
    await turn();
  }
  asked.push(find("e"));
  await turn();
  expect(questions).toEqual([["a"], ["b"], ["c"], ["d"]]);
  answers[1]?.();
  expect(await asked[1]).toBe("b");
  await turn();
  expect(questions.slice(4)).toEqual([["e", "f"]]);
  for (const answer of answers) answer();
  expect(await Promise.all(asked)).toEqual(["a", "b", "c", "d", "e", "f", "e"]);
});

test("questions that are not answered keep others waiting a moment, once", async () => {
  const find = lookUpTogether((keys) => (keys.includes("lost") ? new Promise<never>(() => undefined) : Promise.resolve(keys)));
  for (let times = 0; times < 4; times++) {
    void find("lost");
    await turn();
  }
  expect(await find("a")).toBe("a");
  const found: string[] = [];
  void find("b").then((value) => found.push(value));
  for (let turns = 0; turns < 3; turns++) await turn();
  expect(found).toEqual(["b"]);
});

test("lookups of several kinds are begun one right after the other: nothing else happens in between", async () => {
  const events: string[] = [];
  const kind = (name: string) =>
    lookUpTogether(async (keys) => {
      events.push(name);
      process.nextTick(() => void events.push("else"));
      return keys;
    });
  const [one, other] = [kind("one"), kind("other")];
  await Promise.all([one("a"), other("a")]);
  expect(events.slice(0, 2)).toEqual(["one", "other"]);
});
