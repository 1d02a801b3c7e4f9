import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { aProvider, type RealProvider } from "../http/a-provider.ts";
import { aServer } from "../http/a-server.ts";
import { artefacts, browserIsThere, type Window, watched } from "./a-browser.ts";
import { type ServedPage, servePage } from "./served-page.ts";

describe.skipIf(!browserIsThere)("signing in through a provider", () => {
  let provider: RealProvider;
  let served: ServedPage;
  const log: string[] = [];
  beforeAll(async () => {
    // The provider must know our address, and we its: a port is found by a server that is not used.
    const finder = await aServer({ documents: null });
    const { port } = new URL(finder.origin);
    await finder.close();
    provider = await aProvider([`http://127.0.0.1:${port}/session/oidc/callback`]);
    const tenantId = "aaaaaaaa-1111-4111-8111-111111111111";
    const way = { name: "Contoso", issuer: provider.issuer, clientId: "public", tenantId };
    const settings = { listen: `127.0.0.1:${port}`, signIn: [way, { ...way, name: "Far away", issuer: "http://127.0.0.1:9/" }] };
    served = await servePage({ settings, log });
  });
  afterAll(async () => {
    await served?.close();
    await provider?.close();
  });
  beforeEach(() => {
    delete provider.person["refuses"];
    Object.assign(provider.person, { sub: "u-1", name: "Ada L.", roles: ["Machine.Read.All", "Software.Read.All"] });
  });

  /** A window in which nobody has signed in, at a path. */
  async function at(path: string): Promise<Window> {
    const window = await watched(await served.browser.newContext({ locale: "en-GB" }));
    await window.page.goto(served.origin + path);
    await window.page.getByRole("heading", { name: "Sign in" }).waitFor();
    return window;
  }

  const press = (page: Page, name = "Contoso"): Promise<void> => page.getByRole("link", { name: `Sign in with ${name}` }).click();

  test("leads over there and back to the view that was wanted, with the roles that were given", async () => {
    const { context, page, troubles } = await at("/ui/devices?status=behind&sort=-name");
    await press(page);
    await page.getByRole("heading", { name: "Devices" }).waitFor();
    expect(page.url()).toBe(`${served.origin}/ui/devices?status=behind&sort=-name`);
    await page.getByText("Ada L.").waitFor();
    expect(await page.getByRole("navigation").getByRole("link").allInnerTexts()).toEqual(["Overview", "Updates", "Devices", "Software"]);
    await page.reload();
    await page.getByRole("heading", { name: "Devices" }).waitFor();
    expect(troubles).toEqual([]);
    await context.close();
  });

  const refusals = [
    ["who has no role here", { roles: ["Admin"] }, "Contoso", "Ask whoever runs the server to give you one", 'in the claim \\"roles\\"'],
    ["who is refused over there", { refuses: true }, "Contoso", "Begin again below", "access_denied"],
    ["whose provider is away", {}, "Far away", "cannot be reached at the moment", "Far away cannot be reached"],
  ] as const;
  test.each(refusals)("%s is told what to do at the page, and the log has the reason", async (what, person, name, words, reason) => {
    Object.assign(provider.person, person);
    const { context, page, troubles } = await at("/ui/updates?exploited=true");
    await press(page, name);
    const alert = page.getByRole("alert");
    await alert.waitFor();
    const text = await alert.innerText();
    expect(text).toContain(words);
    const id = /[\da-f-]{36}/.exec(text)?.[0] ?? "nowhere";
    expect(log.find((line) => line.includes(id) && line.includes("reason"))).toContain(reason);
    await page.screenshot({ path: join(artefacts, `${what.replaceAll(" ", "-")}.png`) });
    // Having been refused does not forget where one wanted to go.
    Object.assign(provider.person, { refuses: undefined, roles: ["Software.Read.All"] });
    await press(page);
    await page.getByRole("heading", { name: "Missing updates" }).waitFor();
    expect(page.url()).toBe(`${served.origin}/ui/updates?exploited=true`);
    expect(troubles).toEqual([]);
    await context.close();
  });

  test("the root is the page, which goes on to its own address", async () => {
    const { context, page, troubles } = await at("/");
    expect(page.url()).toBe(`${served.origin}/ui/`);
    await page.goto(await served.link());
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    expect(page.url()).toBe(`${served.origin}/ui/`);
    await page.goto(`${served.origin}/`);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    expect(page.url()).toBe(`${served.origin}/ui/`);
    expect(troubles).toEqual([]);
    await context.close();
  });

  test("a link that was used says which command prints another", async () => {
    const link = await served.link();
    const first = await watched(await served.browser.newContext());
    await first.page.goto(link);
    await first.page.getByRole("navigation").waitFor();
    await first.context.close();
    for (const [locale, words] of [
      ["en-GB", "Run `patchgap sign-in` on the server"],
      ["fr-FR", "Lancez `patchgap sign-in` sur le serveur"],
    ] as const) {
      const { context, page } = await watched(await served.browser.newContext({ locale }));
      await page.goto(link);
      expect(await page.getByRole("alert").innerText()).toContain(words);
      expect(await page.locator(".panel").innerText()).toContain(words);
      await context.close();
    }
  });
});
