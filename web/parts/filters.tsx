import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useTexts } from "../texts/language.ts";

/** What narrows a list, in one line. */
export function FilterBar({ children, onClear }: { readonly children: ComponentChildren; readonly onClear?: () => void }): JSX.Element {
  const texts = useTexts();
  return (
    <search class="filters">
      {children}
      {onClear !== undefined && (
        <button type="button" class="quiet" onClick={onClear}>
          {texts.clear}
        </button>
      )}
    </search>
  );
}

const pauseMs = 250;

/** A text to search for: it counts once its writer pauses. */
export function SearchBox(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): JSX.Element {
  const { label, value, onChange } = props;
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const write = (next: string): void => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(next), pauseMs);
  };
  return (
    <label class="field grows">
      <span>{label}</span>
      <input type="search" value={text} onInput={(event) => write(event.currentTarget.value)} autocomplete="off" spellcheck={false} />
    </label>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (readonly [value: string, label: string])[];
  readonly onChange: (value: string) => void;
  /** what stands for no choice; absent: one is always chosen */
  readonly any?: string;
}

/** One of some values. */
export function Choice({ label, value, choices, onChange, any }: ChoiceProps): JSX.Element {
  const known = choices.some(([each]) => each === value);
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {any !== undefined && <option value="">{any}</option>}
        {choices.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
        {!known && value !== "" && <option value={value}>{value}</option>}
      </select>
    </label>
  );
}

/** Yes or no. */
export function Switch(props: { readonly label: string; readonly isOn: boolean; readonly onChange: (isOn: boolean) => void }): JSX.Element {
  return (
    <label class="switch">
      <input type="checkbox" checked={props.isOn} onChange={(event) => props.onChange(event.currentTarget.checked)} />
      <span>{props.label}</span>
    </label>
  );
}
