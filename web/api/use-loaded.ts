import { useEffect, useState } from "preact/hooks";
import { ApiError } from "./client.ts";

/** Something that is fetched: what was there before stays while it is fetched again. */
export interface Loaded<T> {
  readonly data: T | undefined;
  readonly error: ApiError | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

interface State<T> {
  readonly key: string | undefined;
  readonly data: T | undefined;
  readonly error: ApiError | undefined;
  readonly isLoading: boolean;
}

/** So long after an answer of 503. */
const againMs = 5000;

/** Fetches, and again when the key is another; a key of undefined fetches nothing. */
export function useLoaded<T>(key: string | undefined, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<State<T>>({ key, data: undefined, error: undefined, isLoading: key !== undefined });
  useEffect(() => {
    if (key === undefined) return;
    const abort = new AbortController();
    setState((before) => ({
      key,
      data: before.key === key ? before.data : undefined,
      error: before.key === key ? before.error : undefined,
      isLoading: true,
    }));
    load(abort.signal).then(
      (data) => abort.signal.aborted || setState({ key, data, error: undefined, isLoading: false }),
      (error: unknown) => abort.signal.aborted || setState({ key, data: undefined, error: asApiError(error), isLoading: false }),
    );
    return () => abort.abort();
  }, [key, turn]);
  const isBusy = state.error?.status === 503;
  // What cannot be answered yet is asked for again: knowledge may come, and load goes.
  useEffect(() => {
    if (!isBusy) return;
    const timer = setTimeout(() => setTurn((now) => now + 1), againMs);
    return () => clearTimeout(timer);
  }, [isBusy, turn]);
  const isOld = state.key !== key;
  return {
    data: isOld ? undefined : state.data,
    error: isOld ? undefined : state.error,
    isLoading: isOld ? key !== undefined : state.isLoading,
    reload: () => setTurn((now) => now + 1),
  };
}

/** Whatever went wrong, as an answer that says no. */
export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, "Page", error instanceof Error ? error.message : String(error));
}
