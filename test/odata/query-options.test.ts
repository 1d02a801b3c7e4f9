import { expect, test } from "vitest";
import { ENTITIES, MACHINES, MISSING_KBS_BY_MACHINE, VULNERABILITIES } from "../../src/odata/entity-fields.ts";
import { nextLink } from "../../src/odata/next-link.ts";
import { ODataError } from "../../src/odata/odata-error.ts";
import { parseQueryOptions, type QueryOptions } from "../../src/odata/query-options.ts";

function options(query: string, entity = MACHINES): Partial<QueryOptions> & { order: string } {
  const { entity: _, orderBy, ...rest } = parseQueryOptions(query, entity);
  return { ...rest, order: orderBy.map(({ operand, descending }) => `${operand.property}${descending ? " desc" : ""}`).join(",") };
}

const DEFAULTS = { limit: 10_000, skip: 0, count: false, isOrdered: false, order: "id" };

test.each([
  ["", DEFAULTS],
  ["?", DEFAULTS],
  ["&&foo=bar&__proto__[x]=1&constructor=1&format=csv&search=x&", DEFAULTS],
  ["$top=5&$skip=10&$count=true", { ...DEFAULTS, top: 5, limit: 5, skip: 10, count: true }],
  ["top=5&SKIP=10&Count=False", { ...DEFAULTS, top: 5, limit: 5, skip: 10 }],
  ["%24top=1000&%24skip=2000", { ...DEFAULTS, top: 1000, limit: 1000, skip: 2000 }],
  ["$top=10%20", { ...DEFAULTS, top: 10, limit: 10 }],
  ["$top=007", { ...DEFAULTS, top: 7, limit: 7 }],
  ["$top=0", { ...DEFAULTS, top: 0, limit: 0 }],
  ["$skip=9007199254740991", { ...DEFAULTS, skip: 9007199254740991 }],
  ["pageSize=5", { ...DEFAULTS, pageSize: 5, limit: 5 }],
  ["$PAGESIZE=99999999", { ...DEFAULTS, pageSize: 10_000, limit: 10_000 }],
  ["pagesize=5&$top=7", { ...DEFAULTS, pageSize: 5, top: 7, limit: 7 }],
  ["$select=ID, computerdnsname,id", { ...DEFAULTS, select: ["id", "computerDnsName"] }],
  ["$select=id,*", DEFAULTS],
  ["$orderby=LastSeen+DESC,computerDnsName asc", { ...DEFAULTS, isOrdered: true, order: "lastSeen desc,computerDnsName,id" }],
  ["$orderby=id%20desc", { ...DEFAULTS, isOrdered: true, order: "id desc" }],
  ["$format=json", DEFAULTS],
  ["$format=application/json;odata.metadata=minimal", DEFAULTS],
  ["$skiptoken=eyJhIjoxfQ==", { ...DEFAULTS, skipToken: "eyJhIjoxfQ==" }],
  ["sinceTime=2021-05-19T18%3A35%3A49.924Z", { ...DEFAULTS, sinceTime: "2021-05-19T18:35:49.9240000Z" }],
  ["sinceTime=2021-05-19", { ...DEFAULTS, sinceTime: "2021-05-19T00:00:00.0000000Z" }],
  ["sinceTime=2021-05-19T18:35:49+02:00", { ...DEFAULTS, sinceTime: "2021-05-19T16:35:49.0000000Z" }],
])("%s", (query, expected) => {
  expect(options(query)).toEqual(expected);
});

test.each([
  ["$filter", "$filter: has no value"],
  ["$filter=", "$filter: has no value"],
  ["$top=", "$top: has no value"],
  ["filter=id eq '1'&$filter=id eq '1'", "$filter: is given more than once"],
  ["$top=1&%24TOP=1", "$top: is given more than once"],
  ["$top=-1", '$top: "-1" is no whole number from 0 on'],
  ["$top=10001", "$top: 10001 is more than the 10000 rows"],
  ["$skip=9007199254740992", "$skip: "],
  ["$skip=1.5", "$skip: "],
  ["pageSize=0", "pagesize: a page has at least one row"],
  ["$count=yes", "$count: "],
  ["$select=", "$select: has no value"],
  ["$select=id,", "$select: has an empty place"],
  ["$select=constructor", '$select: machines have no property "constructor"; there are id, mergedIntoMachineId'],
  ["$select=vmMetadata/vmId", "$select: "],
  ["$orderby=machineTags", '$orderby: machines cannot be ordered by "machineTags"; what can be used: id, '],
  ["$orderby=id,ID desc", "$orderby: names a property twice"],
  ["$orderby=id up", '$orderby: id is followed by asc, desc or nothing, not by "up"'],
  ["$orderby=id desc desc", "$orderby: "],
  [`$orderby=${Array(11).fill("id").join(",")}`, "$orderby: names more than 10 properties"],
  ["$expand=*", '"$expand" is not supported; supported are $filter, $orderby'],
  ["$apply=x", '"$apply" is not supported'],
  ["$$filter=x", '"$$filter" is not supported'],
  ["$filter[]=x", '"$filter[]" is not supported'],
  ["$format=xml", "$format: "],
  ['$skiptoken={"tenant":"x"}', "$skiptoken: is no token of this service"],
  [`$skiptoken=${"a".repeat(1025)}`, "$skiptoken: "],
  ["sinceTime=yesterday", "sincetime: "],
  ["$filter=id eq '%'", "is not percent-encoded UTF-8"],
  ["$filter=id eq '%ff'", "is not percent-encoded UTF-8"],
  ["$filter=id eq '%C0%AF'", "is not percent-encoded UTF-8"],
  ["$filter=id eq '%ED%A0%80'", "is not percent-encoded UTF-8"],
  ["foo=%zz", "is not percent-encoded UTF-8"],
  ["$filter=id eq '\u4e16'", "is not percent-encoded UTF-8"],
  ["$filter=id eq '\xe9'", "is not percent-encoded UTF-8"],
])("%s is refused", (query, message) => {
  expect(() => parseQueryOptions(query, MACHINES)).toThrow(ODataError);
  expect(() => parseQueryOptions(query, MACHINES)).toThrow(message);
});

test("bytes that a client did not encode are taken for the UTF-8 they are", () => {
  const encoded = parseQueryOptions("$filter=id%20eq%20'%C3%A9'", MACHINES);
  expect(parseQueryOptions("$filter=id eq '\xc3\xa9'", MACHINES)).toEqual(encoded);
  expect(encoded.filter).toMatchObject({ value: { value: "é" } });
});

test("the pages of each entity are Defender's", () => {
  expect(options("$top=8000", VULNERABILITIES).limit).toBe(8_000);
  expect(() => options("$top=8001", VULNERABILITIES)).toThrow(ODataError);
  expect(options("", MISSING_KBS_BY_MACHINE).limit).toBe(50_000);
  expect(options("pageSize=500000", MISSING_KBS_BY_MACHINE).limit).toBe(200_000);
});

test("every entity has its names once, and a key that orders and is never a list", () => {
  const withoutId: Readonly<Record<string, string>> = {
    distributions: "version",
    exposureScore: "rbacGroupId",
    configurationScore: "time",
  };
  for (const { name: entity, fields, key } of ENTITIES) {
    const names = fields.map(({ name }) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    expect(key).toMatchObject({ name: withoutId[entity] ?? "id", orderable: true, collection: false });
    expect(fields.filter(({ orderable, collection, type }) => orderable && (collection || type === "object"))).toEqual([]);
  }
});

const CALLED = { base: "https://patchgap.example:8443", path: "/api/machines" };

test.each([
  ["", "?$skip=10000"],
  ["filter=RiskScore+eq+'High'&count=true", "?$filter=riskScore%20eq%20'High'&$count=true&$skip=10000"],
  ["$select=ID,version&$orderby=LASTSEEN desc", "?$select=id,version&$orderby=lastSeen%20desc&$skip=10000"],
  ["$orderby=id desc", "?$orderby=id%20desc&$skip=10000"],
  ["$orderby=lastSeen,id", "?$orderby=lastSeen&$skip=10000"],
  ["pageSize=5&sinceTime=2021-05-19&foo=bar&$skip=3", "?pagesize=5&sincetime=2021-05-19T00:00:00.0000000Z&$skip=10000"],
  ["$filter=computerDnsName eq 'a%26b%3D%23%2B%25%C3%A9'", "?$filter=computerDnsName%20eq%20'a%26b%3D%23%2B%25%C3%A9'&$skip=10000"],
])("the next page of %j is asked with %s", (query, next) => {
  const asked = parseQueryOptions(query, MACHINES);
  const link = nextLink(CALLED, asked, { skip: 10_000 });
  expect(link).toBe(`https://patchgap.example:8443/api/machines${next}`);
  const address = new URL(link ?? "");
  expect(parseQueryOptions(address.search, MACHINES)).toEqual({ ...asked, skip: 10_000 });
});

test("a walk may go on at a token, repeats what else it needs, and ends with $top", () => {
  const asked = parseQueryOptions("$skip=7", MACHINES);
  const link = nextLink(
    { base: "https://patchgap.example/", path: "/api/machines/findbytag" },
    asked,
    { skipToken: "a=b" },
    { tag: "x y&z" },
  );
  expect(link).toBe("https://patchgap.example/api/machines/findbytag?tag=x%20y%26z&$skiptoken=a%3Db");
  expect(nextLink(CALLED, parseQueryOptions("$top=5", MACHINES), { skip: 5 })).toBeUndefined();
});
