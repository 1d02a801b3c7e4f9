import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError, ask, whenSignedOut } from "./api/client.ts";
import type { Session } from "./api/rows.ts";
import { asApiError } from "./api/use-loaded.ts";
import { Layout } from "./layout.tsx";
import { Failure, Loading, NotFound } from "./parts/states.tsx";
import { followLinks, navigate, type Place, placeNow, usePlace } from "./router.ts";
import { SessionContext } from "./session.ts";
import { languageNow, useTexts } from "./texts/language.ts";
import { CveView } from "./views/cve.tsx";
import { CvesView } from "./views/cves.tsx";
import { DeviceView } from "./views/device.tsx";
import { DevicesView } from "./views/devices.tsx";
import { OverviewView } from "./views/overview.tsx";
import { forgetWanted, SignInView } from "./views/sign-in.tsx";
import { OneSoftwareView, SoftwareView } from "./views/software.tsx";
import { UpdateView } from "./views/update.tsx";
import { UpdatesView } from "./views/updates.tsx";
import { UploadView } from "./views/upload.tsx";

/** The whole page: whoever is signed in sees the fleet, everybody else how to sign in. */
export function App(): JSX.Element {
  const place = usePlace();
  useTexts();
  const { session, error, refresh } = useSession();
  useEffect(followLinks, []);
  useEffect(() => {
    document.documentElement.lang = languageNow();
  });
  if (error !== undefined) return <Layout place={place}>{<Failure error={error} retry={refresh} />}</Layout>;
  if (session === undefined) return <Layout place={place}>{<Loading />}</Layout>;
  if (session === "nobody" || place.path === "/sign-in") {
    return (
      <Layout place={place}>
        <SignInView onDone={refresh} />
      </Layout>
    );
  }
  return (
    <SessionContext.Provider value={session}>
      <Layout place={place} session={session} onSignedOut={refresh}>
        <CurrentView {...place} />
      </Layout>
    </SessionContext.Provider>
  );
}

function useSession() {
  const [session, setSession] = useState<Session | "nobody">();
  const [error, setError] = useState<ApiError>();
  const signedIn = (found: Session): void => {
    if (placeNow().path !== "/sign-in") forgetWanted();
    setSession(found);
  };
  const refresh = (): void => {
    setError(undefined);
    ask<Session>("/session", { isQuiet: true }).then(signedIn, (failure: unknown) => {
      if (failure instanceof ApiError && failure.status === 401) setSession("nobody");
      else setError(asApiError(failure));
    });
  };
  useEffect(() => {
    whenSignedOut(() => setSession("nobody"));
    // A link to sign in is turned into a session before anything is asked.
    if (placeNow().path === "/sign-in") setSession("nobody");
    else refresh();
  }, []);
  return { session, error, refresh };
}

type Show = (name: string) => JSX.Element;

/** Paths within the page; what stands behind the last slash is given to the view. */
const views: readonly (readonly [path: RegExp, show: Show])[] = [
  [/^\/$/, () => <OverviewView />],
  [/^\/updates$/, () => <UpdatesView />],
  [/^\/updates\/([^/]+)$/, (kb) => <UpdateView key={kb} kb={kb} />],
  [/^\/devices$/, () => <DevicesView />],
  [/^\/devices\/([^/]+)$/, (id) => <DeviceView key={id} id={id} />],
  [/^\/software$/, () => <SoftwareView />],
  [/^\/software\/([^/]+)$/, (id) => <OneSoftwareView key={id} id={id} />],
  [/^\/cves$/, () => <CvesView />],
  [/^\/cves\/([^/]+)$/, (id) => <CveView key={id} id={id} />],
  [/^\/upload$/, () => <UploadView />],
];

function CurrentView({ path }: Place): JSX.Element {
  useEffect(() => {
    if (path === "/index.html") navigate("/", { replace: true });
  }, [path]);
  for (const [pattern, show] of views) {
    const found = pattern.exec(path);
    if (found !== null) return show(decoded(found[1] ?? ""));
  }
  return <NotFound />;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
