import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type ApiError, ask } from "../api/client.ts";
import type { Machine } from "../api/rows.ts";
import { asApiError } from "../api/use-loaded.ts";
import { href } from "../router.ts";
import { useAllowed } from "../session.ts";
import { useTexts } from "../texts/language.ts";
import { Name } from "./chips.tsx";
import { Failure } from "./states.tsx";

/** The tags of a device; those who may change them can. */
export function TagEditor({ machine, onChange }: { readonly machine: Machine; readonly onChange: () => void }): JSX.Element {
  const texts = useTexts().device;
  const mayChange = useAllowed("Machine.ReadWrite.All");
  const [error, setError] = useState<ApiError>();
  const change = (tag: string, action: "Add" | "Remove"): void => {
    setError(undefined);
    ask(`/api/machines/${machine.id}/tags`, { method: "POST", body: { Value: tag, Action: action } }).then(onChange, (failure: unknown) =>
      setError(asApiError(failure)),
    );
  };
  return (
    <section class="tag-editor" aria-label={texts.tags}>
      <h3>{texts.tags}</h3>
      <ul class="tags wraps">
        {machine.machineTags.map((tag) => (
          <li key={tag} class="tag">
            <a href={href("/devices", { tag })}>
              <Name>{tag}</Name>
            </a>
            {mayChange && (
              <button type="button" class="remove" aria-label={texts.remove(tag)} onClick={() => change(tag, "Remove")}>
                ✕
              </button>
            )}
          </li>
        ))}
      </ul>
      {mayChange && <NewTag onAdd={(tag) => change(tag, "Add")} />}
      {error !== undefined && <Failure error={error} />}
    </section>
  );
}

function NewTag({ onAdd }: { readonly onAdd: (tag: string) => void }): JSX.Element {
  const texts = useTexts().device;
  const [tag, setTag] = useState("");
  const add = (event: Event): void => {
    event.preventDefault();
    if (tag.trim() === "") return;
    onAdd(tag.trim());
    setTag("");
  };
  return (
    <form class="new-tag" onSubmit={add}>
      <label class="field">
        <span>{texts.tagName}</span>
        <input value={tag} onInput={(event) => setTag(event.currentTarget.value)} autocomplete="off" />
      </label>
      <button type="submit">{texts.add}</button>
      <span class="faint">{texts.tagHint}</span>
    </form>
  );
}
