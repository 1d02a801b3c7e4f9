import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { sharedFile } from "../shared-data.ts";
import type { Fixture } from "./jwt-fixture.ts";
import { type Case, makeRequest } from "./jwt-recipe.ts";
import { type Answer, aService, type Service } from "./jwt-service.ts";

const file = sharedFile("cases/jwt-cases.json");
const { cases, fixture } =
  file === undefined ? { cases: [], fixture: undefined } : (JSON.parse(readFileSync(file, "utf8")) as { cases: Case[]; fixture: Fixture });

describe.skipIf(fixture === undefined)("attacks on tokens, row by row", () => {
  const given = fixture as Fixture;
  let service: Service;
  const messages = new Map<string, string>();
  const tookMs: number[] = [];

  beforeAll(async () => {
    service = aService(given);
    await service.issuers.refresh();
  });

  test("the file holds the rows it held when this was written", () => {
    expect(cases.length).toBeGreaterThanOrEqual(128);
  });

  test.each(cases)("$id: $why", async (row) => {
    const made = makeRequest(row, cases, given, service.nowMs / 1000);
    const before = performance.now();
    const answer = await service.ask(made.authorization, row.recipe.target);
    tookMs.push(performance.now() - before);
    expect(row.expect).toContain(answer.status);
    if (answer.status === 401) expectPlain401(answer, made.authorization.length > 0, made.token);
    if (answer.status === 403)
      expect(answer.message).toMatch(/^Missing application roles\. API required roles: Software\.Read\.All, application roles: /);
    const signature = made.token.split(".")[2] ?? "";
    if (signature.length > 20) expect(answer.logged).not.toContain(signature);
    messages.set(row.id, answer.message);
  });

  test("an answer takes far less than 250 ms", () => {
    expect(tookMs.sort((a, b) => a - b)[Math.floor(tookMs.length * 0.9)]).toBeLessThan(250);
  });

  test("a wrong signature and an unknown key get the same words", () => {
    expect(messages.get("sig-bitflip")).toBe(messages.get("kid-unknown"));
    expect(messages.get("sig-bitflip")).toBeTruthy();
  });

  test("keys come from the configured addresses only, and seldom", () => {
    for (const url of new Set(service.fetched)) {
      expect(url).toMatch(/^https:\/\/login\.test\//);
      expect(service.fetched.filter((other) => other === url).length).toBeLessThanOrEqual(2);
    }
  });
});

/** `WWW-Authenticate` as RFC 6750 wants it, and a message that repeats nothing of the token. */
function expectPlain401({ headers, message }: Answer, hadHeader: boolean, token: string): void {
  expect(headers["WWW-Authenticate"]).toMatch(hadHeader ? /^Bearer error="invalid_token"/ : /^Bearer$/);
  for (const value of claimTexts(token)) expect(message).not.toContain(value);
  expect(message).not.toMatch(/select |from |at \w+ \(|\/src\//i);
}

function claimTexts(token: string): readonly string[] {
  const texts: string[] = [];
  try {
    JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString(), (_name, value: unknown) => {
      if (typeof value === "string" && value.trim().length > 3) texts.push(value);
      return value;
    });
  } catch {
    return [];
  }
  return texts;
}
