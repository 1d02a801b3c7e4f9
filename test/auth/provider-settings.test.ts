import { expect, test } from "vitest";
import { readProviderSettings } from "../../src/auth/oidc/provider-settings.ts";

const usual = { name: "Entra", issuer: "https://login.example/v2.0", clientId: "id" };

test("what is not given has a default", () => {
  expect(
    readProviderSettings([usual, { ...usual, tenantId: "t", scopes: ["email", "openid"], clientSecretFile: "f" }], "conf.json"),
  ).toEqual([
    { ...usual, scopes: ["openid", "profile"], tenantClaim: "tid", rolesClaim: "roles" },
    { ...usual, scopes: ["openid", "email"], tenantId: "t", rolesClaim: "roles", clientSecretFile: "f" },
  ]);
});

test.each<[string, unknown, string]>([
  ["no list", {}, "signIn must be a list of objects"],
  ["no object", ["x"], "signIn[0] must be an object"],
  ["no name", [{ ...usual, name: undefined }], "signIn[0].name must be a text"],
  ["no issuer", [{ name: "x", clientId: "y" }], "signIn[0].issuer is missing"],
  [
    "an issuer that others can change on the way",
    [usual, { ...usual, issuer: "http://id.example" }],
    "signIn[1].issuer must be an https address",
  ],
  ["an issuer with a user name", [{ ...usual, issuer: "https://a:b@id.example" }], "without a user name"],
  ["a secret within the file", [{ ...usual, clientSecret: "x" }], "signIn[0].clientSecret is not known; did you mean clientSecretFile?"],
  ["scopes as one text", [{ ...usual, scopes: "openid" }], "signIn[0].scopes must be a list of texts"],
])("%s is refused by its name", (_what, value, message) => {
  expect(() => readProviderSettings(value, "conf.json")).toThrow(message);
});
