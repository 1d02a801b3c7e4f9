import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ask } from "../api/client.ts";
import type { SignInWays } from "../api/rows.ts";
import { asApiError, useLoaded } from "../api/use-loaded.ts";
import { Failure, Loading } from "../parts/states.tsx";
import { View } from "../parts/view.tsx";
import { base, navigate, placeNow } from "../router.ts";
import type { Texts } from "../texts/english.ts";
import { useTexts } from "../texts/language.ts";
import { remember, remembered } from "../theme.ts";

const wantedKey = "patchgap-wanted";

/** How to sign in; a link with a code does it by itself, and the code leaves the address and the history at once. */
export function SignInView({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const texts = useTexts();
  const [code] = useState(takeCode);
  const [refusal] = useState(refusalOf);
  const [state, setState] = useState<"waiting" | "signing-in" | "refused">(code === "" ? "waiting" : "signing-in");
  useEffect(() => {
    if (code === "") return;
    ask("/session", { method: "POST", body: { code }, isQuiet: true }).then(
      () => {
        navigate(wanted(), { replace: true });
        onDone();
      },
      (error: unknown) => setState(asApiError(error).status === 0 ? "waiting" : "refused"),
    );
  }, []);
  return (
    <View title={texts.signIn.title} class="sign-in">
      <p>{texts.signIn.lead}</p>
      {state === "signing-in" && <p role="status">{texts.signIn.working}</p>}
      {state === "refused" && (
        <p class="state failure" role="alert">
          {texts.signIn.used}
        </p>
      )}
      {refusal !== undefined && state === "waiting" && (
        <p class="state failure" role="alert">
          {texts.signIn.refused[refusal.why]} {refusal.log !== "" && texts.errors.log(refusal.log)}
        </p>
      )}
      {state !== "signing-in" && <Ways />}
    </View>
  );
}

function Ways(): JSX.Element {
  const texts = useTexts();
  const ways = useLoaded("ways", (signal) => ask<SignInWays>("/session/ways", { signal, isQuiet: true }));
  if (ways.error !== undefined) return <Failure error={ways.error} retry={ways.reload} />;
  if (ways.data === undefined) return <Loading />;
  return (
    <>
      {placeNow().path !== "/sign-in" && placeNow().path !== "/" && <p class="faint">{texts.signIn.needed}</p>}
      {ways.data.ways.map((way) =>
        way.kind === "oidc" ? (
          <p key={way.url}>
            <a class="button primary" href={`${way.url}?returnTo=${encodeURIComponent(base + wantedPlace())}`} target="_self">
              {texts.signIn.with(way.name)}
            </a>
          </p>
        ) : (
          <div key="link" class="panel">
            <p>{texts.signIn.link}</p>
          </div>
        ),
      )}
    </>
  );
}

/** The code of a printed link: nobody who looks at the address or goes back finds it. */
function takeCode(): string {
  const { hash, pathname, search } = window.location;
  const isLink = placeNow().path === "/sign-in" && hash.length > 1;
  if (!isLink) {
    keepWanted();
    return "";
  }
  window.history.replaceState(null, "", pathname + search);
  return hash.slice(1);
}

function keepWanted(): void {
  const { pathname, search } = window.location;
  if (placeNow().path !== "/sign-in") remember(wantedKey, pathname.slice(base.length) + search);
}

function wanted(): string {
  const place = wantedPlace();
  forgetWanted();
  return place;
}

function wantedPlace(): string {
  const place = remembered(wantedKey) ?? "/";
  return place.startsWith("/") && !place.startsWith("//") ? place : "/";
}

/** Whoever is signed in is where they wanted to go. */
export function forgetWanted(): void {
  remember(wantedKey, "/");
}

/** Why a provider's sign-in came to nothing, as the server says in the address; the log has the rest under an id. */
function refusalOf(): { readonly why: keyof Texts["signIn"]["refused"]; readonly log: string } | undefined {
  const { query } = placeNow();
  const status = query.get("refused");
  if (status === null) return undefined;
  const why = status === "403" || status === "404" || status === "503" ? status : "401";
  return { why, log: /^[\da-f-]{36}$/.exec(query.get("log") ?? "")?.[0] ?? "" };
}
