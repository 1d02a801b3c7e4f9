import type { ComponentChildren, JSX } from "preact";
import type { ApiError } from "../api/client.ts";
import type { Loaded } from "../api/use-loaded.ts";
import { href } from "../router.ts";
import type { Texts } from "../texts/english.ts";
import { useTexts } from "../texts/language.ts";

/** Something is on its way. */
export function Loading(): JSX.Element {
  const texts = useTexts();
  return (
    <p class="state" role="status">
      <span class="spinner" aria-hidden="true" />
      {texts.loading}
    </p>
  );
}

/** Something could not be had: what, and what to do. */
export function Failure({ error, retry }: { readonly error: ApiError; readonly retry?: () => void }): JSX.Element {
  const texts = useTexts();
  if (error.status === 404) return <NotFound message={error.message} />;
  return (
    <div class="state failure" role="alert">
      <strong>{texts.errors.title}</strong>
      <p>{hint(error, texts)}</p>
      {error.message !== "" && error.status !== 503 && <p lang="en">{error.message}</p>}
      {error.target !== undefined && error.status >= 500 && <p class="faint">{texts.errors.log(error.target)}</p>}
      {retry !== undefined && error.status !== 403 && (
        <button type="button" onClick={retry}>
          {texts.retry}
        </button>
      )}
    </div>
  );
}

function hint({ status, message }: ApiError, { errors }: Texts): string {
  if (status === 0) return errors.unreachable;
  if (status === 503) return /knowledge/.test(message) ? errors.noKnowledge : errors.busy;
  if (status !== 403) return "";
  const roles = /required (?:roles|scopes): ([^:]*?), application/.exec(message)?.[1];
  return `${errors.forbidden} ${roles === undefined ? "" : errors.needsRole(roles.replaceAll(",", ", "))}`;
}

/** There is no such thing. */
export function NotFound({ message }: { readonly message?: string }): JSX.Element {
  const { errors, nav } = useTexts();
  return (
    <div class="state" role="alert">
      <strong>{errors.notFound}</strong>
      {message !== undefined && message !== "" && <p lang="en">{message}</p>}
      <p>{errors.notFoundHint}</p>
      <p>
        <a class="button" href={href("/")}>
          {nav.overview}
        </a>
      </p>
    </div>
  );
}

/** There is nothing to show, and what that means. */
export function Empty({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return <div class="state">{children}</div>;
}

/** Shows what was fetched, or why it is not there. */
export function Whole<T>({ of, children }: { readonly of: Loaded<T>; readonly children: (data: T) => ComponentChildren }): JSX.Element {
  if (of.error !== undefined) return <Failure error={of.error} retry={of.reload} />;
  if (of.data === undefined) return <Loading />;
  return <>{children(of.data)}</>;
}
