import { expect, test } from "vitest";
import { type IssuerSettings, readIssuerSettings, readKeysUrl } from "../../src/auth/issuer-settings.ts";

const entry = { issuer: "https://id.example/", audiences: ["api://patchgap"], jwksUri: "https://id.example/keys" };
const read = (value: unknown): readonly IssuerSettings[] => readIssuerSettings(value, "patchgap.json");

test("what is left out has a default", () => {
  expect(read([entry])).toEqual([{ ...entry, tenantClaim: "tid", rolesClaim: "roles", scopesClaim: "scp", algorithms: ["RS256"] }]);
  expect(read([])).toEqual([]);
});

test("the tenant's id is put into the address of the keys", () => {
  const [settings] = read([{ ...entry, tenantId: "t-1", jwksUri: "https://id.example/{tenantId}/keys" }]);
  expect(settings && readKeysUrl(settings).href).toBe("https://id.example/t-1/keys");
});

test.each(["http://127.0.0.1:9000/keys", "http://localhost/keys", "http://[::1]:9000/keys", "https://10.0.0.1/keys"])(
  "%s is an address for keys",
  (jwksUri) => {
    expect(read([{ ...entry, jwksUri }])).toHaveLength(1);
  },
);

test.each([
  ["the list", {}, "issuers must be a list of objects"],
  ["an entry", ["https://id.example/"], "issuers[0] must be an object"],
  ["a name with a slip", [{ ...entry, audience: "x" }], "issuers[0].audience is not known; did you mean audiences?"],
  ["no issuer", [{ ...entry, issuer: "" }], "issuers[0].issuer must be a text"],
  ["no audiences", [{ ...entry, audiences: undefined }], "issuers[0].audiences must be a list of texts"],
  ["no audience", [{ ...entry, audiences: [] }], "issuers[0].audiences must be a list of texts"],
  ["no keys", [{ issuer: "x", audiences: ["y"] }], "issuers[0].jwksUri is missing"],
  ["`none`", [{ ...entry, algorithms: ["RS256", "none"] }], 'issuers[0].algorithms "none" is not allowed'],
  ["HMAC", [{ ...entry, algorithms: ["HS256"] }], 'issuers[0].algorithms "HS256" is not allowed'],
  ["plain http", [{ ...entry, jwksUri: "http://id.example/keys" }], "issuers[0].jwksUri must be an https address"],
  ["a host like loopback", [{ ...entry, jwksUri: "http://127.0.0.1.evil.example/" }], "issuers[0].jwksUri must be an https address"],
  ["a file", [{ ...entry, jwksUri: "file:///etc/passwd" }], "issuers[0].jwksUri must be an https address"],
  ["a user name", [{ ...entry, jwksUri: "https://id.example@127.0.0.1/" }], "issuers[0].jwksUri must be an https address"],
  ["keys per tenant without a tenant", [{ ...entry, jwksUri: "https://id.example/{tenantId}/keys" }], "but no tenantId is fixed"],
])("%s is refused", (_name, value, message) => {
  expect(() => read(value)).toThrow(message);
});
