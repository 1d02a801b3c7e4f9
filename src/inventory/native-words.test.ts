import { describe, expect, it } from "vitest";
import { wordsOf } from "./native-words.ts";

describe("the words of a native inventory", () => {
  it("are those that are the device's own, and all others, as they stand", () => {
    const text = '{"schema":"s","deviceName":"a\\"b,}","os":{"x":[1,{"y":"]}"}]},"note":"\\\\","tags":["t,u"],"deviceId":null}';
    expect(wordsOf(text)).toEqual({
      own: '{"deviceName":"a\\"b,}","tags":["t,u"],"deviceId":null}',
      content: '"schema":"s","os":{"x":[1,{"y":"]}"}]},"note":"\\\\"',
    });
  });

  it("keep their white space, and nothing of what stands around them", () => {
    expect(wordsOf(' { "os" : {} , "deviceName" : "q" }\r')).toEqual({ own: '{ "deviceName" : "q" }', content: ' "os" : {} ' });
  });

  it("may be of one kind only", () => {
    expect(wordsOf('{"deviceName":"a"}')).toEqual({ own: '{"deviceName":"a"}', content: "" });
    expect(wordsOf('{"os":1,"os":2}')).toEqual({ own: "{}", content: '"os":1,"os":2' });
  });

  it.each([
    ["no object", '["deviceName"]'],
    ["nothing in it", "{}"],
    ["a comma too many", '{"os":1,}'],
    ["a comma too many in front", '{,"os":1}'],
    ["something behind it", '{"os":1}x'],
    ["another object behind it", '{"os":1}{"os":1}'],
    ["white space that is none in JSON", '\v{"os":1}'],
    ["a name with an escape", '{"deviceName":"a","de\\u0076iceName":"b"}'],
    ["a name that is none", "{os:1}"],
    ["no end", '{"os":{"build":1}'],
    ["a text without end", '{"os":"}'],
    ["a bracket too many", '{"os":[1]],"deviceName":"a"}'],
    ["nothing", ""],
  ])("are not taken apart where it is not so simple: %s", (_, text) => {
    expect(wordsOf(text)).toBeUndefined();
  });
});
