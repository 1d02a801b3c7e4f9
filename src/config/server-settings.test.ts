import { describe, expect, test } from "vitest";
import { checkOptions, makeConfig, readConfigFile, readEnvironment } from "./config.ts";
import { readServerSettings, type ServerSettings } from "./server-settings.ts";

const usual: ServerSettings = {
  listen: { host: "127.0.0.1", port: 8080 },
  publicUrls: [],
  behindProxy: false,
  syncEveryMs: 6 * 3_600_000,
  staleAfterDays: 45,
  quotas: [],
  issuers: [],
  signIn: [],
};

function readOptions(options: object): ServerSettings {
  return readServerSettings(makeConfig(checkOptions({ ...options }), {}, {}));
}

test("without a word the server answers this machine only, and fetches every six hours", () => {
  expect(readOptions({})).toEqual(usual);
});

describe("says what is meant by", () => {
  test.each<[object, Partial<ServerSettings>]>([
    [{ listen: "localhost:80" }, { listen: { host: "localhost", port: 80 } }],
    [{ listen: "127.1.2.3:0" }, { listen: { host: "127.1.2.3", port: 0 } }],
    [{ listen: "[::1]:65535" }, { listen: { host: "::1", port: 65_535 } }],
    [
      { listen: "0.0.0.0:443", behindProxy: true },
      { listen: { host: "0.0.0.0", port: 443 }, behindProxy: true },
    ],
    [
      { listen: "[::]:443", tlsCert: "c.pem", tlsKey: "k.pem" },
      { listen: { host: "::", port: 443 }, tls: { certFile: "c.pem", keyFile: "k.pem" } },
    ],
    [{ tlsCert: "c.pem", tlsKey: "k.pem" }, { tls: { certFile: "c.pem", keyFile: "k.pem" } }],
    [
      { listen: "patchgap.example:443", behindProxy: true },
      { listen: { host: "patchgap.example", port: 443 }, behindProxy: true },
    ],
    [{ publicUrl: ["https://Patchgap.Example/", "https://patchgap.example:443"] }, { publicUrls: ["https://patchgap.example"] }],
    [{ publicUrl: ["http://127.0.0.1:8080", "https://[::1]:8443/"] }, { publicUrls: ["http://127.0.0.1:8080", "https://[::1]:8443"] }],
    [{ syncEvery: "0" }, { syncEveryMs: undefined as never }],
    [{ syncEvery: "0.5" }, { syncEveryMs: 1_800_000 }],
    [{ syncEvery: " 24 " }, { syncEveryMs: 86_400_000 }],
    [{ syncEvery: "576" }, { syncEveryMs: 576 * 3_600_000 }],
    [{ syncFrom: "./documents" }, { syncFrom: "./documents" }],
    [{ staleAfter: "60" }, { staleAfterDays: 60 }],
    [{ quota: "30/s" }, { quotas: [{ limit: 30, windowMs: 1000, text: "00:00:01" }] }],
    [
      { quota: "100/min, 1500 / h,20000/d" },
      {
        quotas: [
          { limit: 100, windowMs: 60_000, text: "00:01:00" },
          { limit: 1500, windowMs: 3_600_000, text: "01:00:00" },
          { limit: 20_000, windowMs: 86_400_000, text: "1.00:00:00" },
        ],
      },
    ],
    [{ metricsToken: "s3cret~!" }, { metricsToken: "s3cret~!" }],
  ])("%j", (options, settings) => {
    expect(readOptions(options)).toEqual({ ...usual, ...settings });
  });
});

describe("refuses", () => {
  const brackets = "Write an IPv6 address in brackets: [::1]:8080.";
  test.each<[object, string, string?]>([
    [{ listen: "8080" }, '--listen: "8080" is no address with a port', "Write it as 127.0.0.1:8080"],
    [{ listen: ":8080" }, '--listen: ":8080" is no address with a port', "0.0.0.0:8080 is every address"],
    [{ listen: "*:8080" }, '--listen: "*:8080"', "0.0.0.0:8080"],
    [{ listen: "127.0.0.1" }, "is no address with a port"],
    [{ listen: "127.0.0.1:" }, "is no address with a port"],
    [{ listen: "127.0.0.1:65536" }, "is no address with a port", "Ports go up to 65535."],
    [{ listen: "127.0.0.1:-1" }, "is no address with a port"],
    [{ listen: "127.0.0.1:http" }, "is no address with a port"],
    [{ listen: "127.0.0.256:80" }, "is no address with a port"],
    [{ listen: "::1:8080" }, "is no address with a port", brackets],
    [{ listen: "::1" }, "is no address with a port", brackets],
    [{ listen: "[127.0.0.1]:80" }, "is no address with a port"],
    [{ listen: "http://127.0.0.1:80" }, "is no address with a port"],
    [{ listen: "0.0.0.0:8080" }, "at 0.0.0.0:8080 other machines would send their tokens in the open", "--behind-proxy"],
    [{ listen: "[::]:8080" }, "in the open"],
    [{ listen: "10.0.0.7:8080" }, "in the open"],
    [{ listen: "127.0.0.1.evil.example:8080" }, "in the open"],
    [{ listen: "localhost.example:8080" }, "in the open"],
    [{ tlsCert: "c.pem" }, "--tls-cert was given without --tls-key", "TLS needs the certificate and its private key."],
    [{ tlsKey: "k.pem" }, "--tls-key was given without --tls-cert"],
    [{ listen: "0.0.0.0:80", tlsCert: "c.pem" }, "--tls-cert was given without --tls-key"],
    [{ publicUrl: ["patchgap.example"] }, '--public-url: "patchgap.example" is not scheme, host and port', "without a path"],
    [{ publicUrl: ["https://a.example", "https://b.example/api"] }, '"https://b.example/api" is not scheme'],
    [{ publicUrl: ["ftp://a.example"] }, "is not scheme, host and port"],
    [{ publicUrl: ["https://user@a.example"] }, "is not scheme, host and port"],
    [{ publicUrl: ["https://a.example?"] }, "is not scheme, host and port"],
    [{ publicUrl: ["https:///a.example"] }, "is not scheme, host and port"],
    [{ publicUrl: ["//a.example"] }, "is not scheme, host and port"],
    [{ publicUrl: ["https://a.example:99999"] }, "is not scheme, host and port"],
    [{ syncEvery: "often" }, '--sync-every must be a number, 0 or more, not "often"'],
    [{ syncEvery: "-1" }, "--sync-every must be a number, 0 or more"],
    [{ syncEvery: "1e3" }, "--sync-every must be a number, 0 or more"],
    [{ syncEvery: "600" }, "--sync-every: 600 hours is too long", "576 hours"],
    [{ syncEvery: "0.001" }, "--sync-every: 0.001 hours is too short", "0 for never"],
    [{ staleAfter: "a month" }, "--stale-after must be a number"],
    [{ quota: "100" }, '--quota: "100" is no limit', "Write limits as 100/min,1500/h"],
    [{ quota: "100/min,1500/week" }, '--quota: "1500/week" in "100/min,1500/week" is no limit'],
    [{ quota: "0/min" }, "is no limit"],
    [{ quota: "-5/min" }, "is no limit"],
    [{ quota: "100/min," }, '--quota: "" in "100/min," is no limit'],
    [{ quota: "100/min,50/min" }, "has two limits for the same time"],
    [{ metricsToken: "two words" }, "--metrics-token"],
    [{ metricsToken: "a\r\nb" }, "--metrics-token"],
  ])("%j", (options, message, hint = "") => {
    const refusal = (() => {
      try {
        return readOptions(options);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toMatchObject({ code: "usage", message: expect.stringContaining(message) });
    expect((refusal as { hint?: string }).hint ?? "").toContain(hint);
  });
});

test("the file holds lists and numbers as such, and issuers as they are", () => {
  const issuers = [
    { issuer: "https://id.example", audiences: ["a"], jwksUri: "https://id.example/keys", tenantId: "t", more: { deep: [1] } },
  ];
  const publicUrls = ["https://patchgap.example", "https://api.securitycenter.microsoft.com"];
  const text = JSON.stringify({ publicUrls, issuers, syncEvery: 12, staleAfter: "30", behindProxy: true });
  const settings = readServerSettings(makeConfig({}, {}, readConfigFile(text, "c.json")));
  expect(settings).toEqual({ ...usual, publicUrls, issuers, syncEveryMs: 12 * 3_600_000, staleAfterDays: 30, behindProxy: true });
});

test.each([
  ['{"issuers": {"issuer": "x"}}', "issuers in c.json must be a list of objects"],
  ['{"issuers": ["x"]}', "issuers in c.json must be a list of objects"],
  ['{"issuers": [null]}', "issuers in c.json must be a list of objects"],
  ['{"syncEvery": -1}', "syncEvery in c.json must be a number, 0 or more"],
  ['{"syncEvery": true}', "syncEvery in c.json must be a number, 0 or more"],
  ['{"staleAfter": 1e400}', "staleAfter in c.json must be a number, 0 or more"],
  ['{"publicUrl": ["https://a.example"]}', 'there is no setting "publicUrl"'],
  ['{"publicUrls": "https://a.example"}', "publicUrls in c.json must be a list of texts"],
])("the file %s is refused", (text, message) => {
  expect(() => readConfigFile(text, "c.json")).toThrow(message);
});

test("addresses and roles in the environment are separated by spaces or commas: they have colons in them", () => {
  const environment = { PATCHGAP_PUBLIC_URL: "https://a.example:8443, http://[::1]:80", PATCHGAP_ROLES: "Score.Read.All,Machine.Read.All" };
  expect(readEnvironment({ ...environment, PATCHGAP_SYNC_EVERY: "0", PATCHGAP_ISSUERS: "[]" })).toEqual({
    publicUrl: ["https://a.example:8443", "http://[::1]:80"],
    roles: ["Score.Read.All", "Machine.Read.All"],
    syncEvery: 0,
  });
});
