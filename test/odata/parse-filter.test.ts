import { expect, test } from "vitest";
import { ENTITIES, MACHINES, MISSING_UPDATES, VULNERABILITIES } from "../../src/odata/entity-fields.ts";
import { meets } from "../../src/odata/evaluate-filter.ts";
import { ODataError } from "../../src/odata/odata-error.ts";
import { parseFilter } from "../../src/odata/parse-filter.ts";
import { printFilter } from "../../src/odata/print-filter.ts";

/** Left: as it is asked. Right: as it is understood. */
test.each([
  ["healthStatus eq 'Active'", "healthStatus eq 'Active'"],
  ["HEALTHSTATUS EQ 'Active'", "healthStatus eq 'Active'"],
  ["\t healthStatus\teq  'Active' ", "healthStatus eq 'Active'"],
  ["ComputerDnsName eq 'it''s'", "computerDnsName eq 'it''s'"],
  ["computerDnsName eq ''''", "computerDnsName eq ''''"],
  ["'Active' ne healthStatus", "healthStatus ne 'Active'"],
  ["5 lt rbacGroupId", "rbacGroupId gt 5"],
  ["null eq aadDeviceId", "aadDeviceId eq null"],
  ["id eq 'a' or id eq 'b' and id eq 'c'", "id eq 'a' or id eq 'b' and id eq 'c'"],
  ["(id eq 'a' or id eq 'b') and id eq 'c'", "(id eq 'a' or id eq 'b') and id eq 'c'"],
  ["id eq 'a' and (id eq 'b' and (id eq 'c'))", "id eq 'a' and id eq 'b' and id eq 'c'"],
  ["id in ('a', 'b')", "id in ('a','b')"],
  ["id in('a')", "id in ('a')"],
  ["deviceValue in ('Low',null)", "deviceValue in ('Low') or deviceValue eq null"],
  ["deviceValue in (null)", "deviceValue eq null"],
  ["isExcluded", "isExcluded eq true"],
  ["not isExcluded and id eq 'a'", "not (isExcluded eq true) and id eq 'a'"],
  ["not(not isExcluded)", "not (not (isExcluded eq true))"],
  ["isExcluded eq False", "isExcluded eq false"],
  ["not startswith(osPlatform,'Windows')", "not (startswith(osPlatform,'Windows'))"],
  ["StartsWith( osPlatform , 'Windows' ) eq true", "startswith(osPlatform,'Windows')"],
  ["endswith(id,'0') eq false", "not (endswith(id,'0'))"],
  ["contains(id,'0') ne true", "not (contains(id,'0'))"],
  ["contains(aadDeviceId,'80fe')", "contains(aadDeviceId,'80fe')"],
  ["machineTags/any(tag: tag eq 'ExampleTag')", "machineTags/any(x: x eq 'ExampleTag')"],
  ["machineTags/any( T:T eq 'x' or startswith(T, 'y') )", "machineTags/any(x: x eq 'x' or startswith(x,'y'))"],
  ["MachineTags/Any()", "machineTags/any()"],
  ["not machineTags/any(t: t in ('a','b'))", "not (machineTags/any(x: x in ('a','b')))"],
  ["machineTags/any(t: t eq 'x') eq false", "not (machineTags/any(x: x eq 'x'))"],
  // a known client's way to ask for a tag
  ["machineTags eq 'x'", "machineTags/any(x: x eq 'x')"],
  ["machineTags ne 'x'", "not (machineTags/any(x: x eq 'x'))"],
  ["machineTags in ('x','y')", "machineTags/any(x: x in ('x','y'))"],
  ["ipAddresses/any(i: i/ipAddress eq '10.0.0.1')", "ipAddresses/any(x: x/ipAddress eq '10.0.0.1')"],
  ["ipAddresses/any(i: i/IPADDRESS eq '::1' and i/type ne 'Other')", "ipAddresses/any(x: x/ipAddress eq '::1' and x/type ne 'Other')"],
  ["lastSeen gt 2018-08-01Z", "lastSeen gt 2018-08-01T00:00:00Z"],
  ["lastSeen ge 2024-01-01T00:00:00+02:00", "lastSeen ge 2023-12-31T22:00:00Z"],
  // the plus sign of an offset that nobody encoded came as a space
  ["lastSeen ge 2024-01-01T00:00:00.5 02:00 and isExcluded", "lastSeen ge 2023-12-31T22:00:00.5Z and isExcluded eq true"],
  ["aadDeviceId eq 80fe8ff8-2624-418e-9591-41f0491218f9", "aadDeviceId eq '80fe8ff8-2624-418e-9591-41f0491218f9'"],
  ["aadDeviceId eq FEfe8ff8-2624-418e-9591-41f0491218f9", "aadDeviceId eq 'FEfe8ff8-2624-418e-9591-41f0491218f9'"],
  ["rbacGroupId eq -5", "rbacGroupId eq -5"],
  ["rbacGroupId le 9223372036854775807", "rbacGroupId le 9223372036854775807"],
  ["rbacGroupId ge -9223372036854775808", "rbacGroupId ge -9223372036854775808"],
])("%s", (asked, understood) => {
  expect(printFilter(parseFilter(asked, MACHINES))).toBe(understood);
});

test("numbers and days of other entities", () => {
  expect(printFilter(parseFilter("cvssV3 ge 8 or CvssV3 eq -7.50 or cvssV3 lt 1e1", VULNERABILITIES))).toBe(
    "cvssV3 ge 8 or cvssV3 eq -7.5 or cvssV3 lt 10",
  );
  expect(printFilter(parseFilter("releasedOn ge 2024-02-29 and exploited", MISSING_UPDATES))).toBe(
    "releasedOn ge 2024-02-29 and exploited eq true",
  );
});

/** What is refused, at which character, and what the message says of it. */
test.each([
  ["healthStatus eq", 16, /expected a value for healthStatus, found the end/],
  ["healthStatus eq Active", 17, /texts stand in single quotes/],
  ["healthStatus eq riskScore", 17, /compared with values only/],
  ["'a' eq 'a'", 8, /one side of a comparison has to be one/],
  ["1 eq 1", 6, /one side/],
  ["healthStatus eq 'Active", 17, /closing quote/],
  ["healthStatus eq'Active'", 16, /space is missing/],
  ["healthStatus eq 'a'or id eq 'b'", 20, /space is missing/],
  ["healthStatus == 'Active'", 14, /"="/],
  ["tenantId eq 'x'", 1, /cannot be filtered by "tenantId"; what can be used: id, isExcluded, computerDnsName/],
  ["firstSeen gt 2024-01-01Z", 1, /"firstSeen"/],
  ["toString eq 'x'", 1, /"toString"/],
  ["__proto__ eq 'x'", 1, /"__proto__"/],
  ["5 eq (rbacGroupId)", 6, /one side/],
  ["id eq 'a' 'or' id eq 'b'", 11, /expected and, or, or the end, found the text "or"/],
  ["rbacGroupId eq 5 02:00", 18, /expected and, or, or the end/],
  ["not", 4, /expected a condition, found the end/],
  ["not id eq 'a'", 8, /parentheses/],
  ["not true", 5, /expected a condition/],
  ["true", 1, /expected a condition/],
  ["id", 3, /expected eq, ne, gt, ge, lt, le or in/],
  ["isExcluded gt true", 15, /no order/],
  ["isExcluded eq 1", 15, /true or false/],
  ["id in ()", 8, /expected a value for id/],
  ["id in ('a'", 11, /expected "\)"/],
  ["id in ('a',)", 12, /expected a value/],
  ["rbacGroupId in (1,'b')", 19, /a whole number/],
  ["riskScore eq 5", 14, /a text.*single quotes/],
  ["rbacGroupId eq '140'", 16, /a whole number/],
  ["rbacGroupId eq 1.5", 16, /a whole number/],
  ["rbacGroupId eq 9223372036854775808", 16, /a whole number/],
  ["rbacGroupId eq INF", 16, /found "INF"/],
  ["aadDeviceId eq 80fe8ff8-2624-418e-9591", 16, /a guid/],
  ["lastSeen gt 2024-13-01T00:00:00Z", 13, /a date-time/],
  ["lastSeen gt 2024-01-01T00:00:00", 13, /a zone is missing/],
  ["lastSeen gt 2024-01-01", 13, /a zone is missing/],
  ["lastSeen gt '2024-01-01T00:00:00Z'", 13, /without quotes/],
  ["lastSeen gt 2024-01-01T00:00:00.12345678Z", 13, /a date-time/],
  ["lastSeen gt now()", 13, /expected a value/],
  ["startswith(lastSeen,'2024')", 12, /lastSeen is none/],
  ["contains(machineTags,'x')", 10, /machineTags is none/],
  ["contains(id,null)", 13, /expected a text/],
  ["tolower(id) eq 'x'", 1, /no function of this service; there are startswith, endswith and contains/],
  ["startswith(id,'a') eq 'b'", 23, /expected true or false/],
  ["machineTags gt 'x'", 16, /no order/],
  ["machineTags eq null", 16, /machineTags\/any\(\)/],
  ["machineTags/all(t: t eq 'x')", 13, /expected any/],
  ["machineTags/any(t t eq 'x')", 19, /expected ":"/],
  ["machineTags/any(t: id eq 'x')", 20, /only the item "t"/],
  ["machineTags/any(t: T eq 'x')", 20, /only the item "t"/],
  ["machineTags/any(t: t/length gt 1)", 22, /nothing can be asked of its parts/],
  ["machineTags/any(t: machineTags/any(u: u eq 't'))", 20, /only the item/],
  ["computerDnsName/any(t: t eq 'x')", 17, /a single value/],
  ["ipAddresses eq '10.0.0.1'", 1, /ipAddresses\/any\(x: x\/ipAddress eq/],
  ["ipAddresses/any(i: i eq '10.0.0.1')", 22, /expected "\/"/],
  ["ipAddresses/any(i: i/port eq 1)", 22, /what can be used: ipAddress, macAddress/],
  ["vmMetadata/vmId eq 'x'", 1, /"vmMetadata"/],
  ["$it eq 'x'", 1, /"\$"/],
  ["id eq \u2019x\u2019", 7, /plain single quotes/],
  ["id\u00a0eq 'x'", 3, /has no meaning here/],
  ["id eq 'a' --", 11, /"-"/],
])("%s is refused", (text, position, message) => {
  let caught: unknown;
  try {
    parseFilter(text, MACHINES);
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(ODataError);
  expect(caught).toMatchObject({
    name: "ODataError",
    code: "ODataError",
    option: "$filter",
    position,
    message: expect.stringMatching(message),
  });
});

test.each([
  ["a NUL", "id eq '\0'"],
  ["half a pair", "id eq '\ud83d'"],
  ["nothing", ""],
  ["blanks", " \t "],
])("a filter of %s is refused", (_, text) => {
  expect(() => parseFilter(text, MACHINES)).toThrow(ODataError);
});

test("every filterable property of every entity can be asked whether it is null, or whether it has items", () => {
  for (const entity of ENTITIES) {
    for (const { name, collection } of entity.fields.filter(({ filterable }) => filterable)) {
      const filter = parseFilter(collection ? `not ${name}/any()` : `${name.toUpperCase()} eq null`, entity);
      expect(meets(filter, {})).toBe(true);
    }
  }
});
