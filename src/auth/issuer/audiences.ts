/** Defender's API as its documentation names it. */
export const defenderResource = "https://api.securitycenter.microsoft.com";

/** The resources under which clients know Defender's API, without a trailing slash. */
const defenderResources: readonly string[] = [
  ...["api", "api-us", "api-eu", "api-uk", "api-au"].flatMap((host) => [
    `https://${host}.securitycenter.microsoft.com`,
    `https://${host}.securitycenter.windows.com`,
  ]),
  ...["", "us.", "eu.", "uk.", "au.", "swa.", "ina."].map((region) => `https://${region}api.security.microsoft.com`),
  ...["api-gcc", "api-gov"].map((host) => `https://${host}.securitycenter.microsoft.us`),
  "https://securitycenter.onmicrosoft.com/windowsatpservice",
  /** the application id of Defender's API */
  "fc780465-2017-40d4-a0c5-307022471b92",
];

/** Every audience the built-in issuer makes tokens for: Defender's names and the service's own addresses, with and without a slash at the end. */
export function builtInAudiences(publicUrls: readonly string[] = []): ReadonlySet<string> {
  const own = publicUrls.map((url) => url.replace(/\/$/, ""));
  return new Set([...defenderResources, ...own].flatMap((resource) => [resource, `${resource}/`]));
}
