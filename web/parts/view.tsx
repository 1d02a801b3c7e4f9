import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface ViewProps {
  readonly title: string;
  /** what stands in the browser's tab, where it is not the title */
  readonly heading?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly class?: string;
  readonly children: ComponentChildren;
}

let isFirst = true;

/** A view: its title is the tab's too, and whoever comes to it by keyboard or ear is at its beginning. */
export function View({ title, heading, actions, children, class: name = "" }: ViewProps): JSX.Element {
  const top = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · patchgap`;
  }, [title]);
  useEffect(() => {
    // The first view is where the browser puts us.
    if (!isFirst) top.current?.focus();
    isFirst = false;
    window.scrollTo(0, 0);
  }, []);
  return (
    <div class={`view ${name}`}>
      <header class="view-head">
        <h1 ref={top} tabIndex={-1}>
          {heading ?? title}
        </h1>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface PanelProps {
  readonly title: string;
  readonly hint?: string;
  readonly actions?: ComponentChildren;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** A part of a view under a heading of its own. */
export function Panel({ title, hint, actions, children, class: name = "" }: PanelProps): JSX.Element {
  return (
    <section class={`panel ${name}`}>
      <header class="panel-head">
        <h2>{title}</h2>
        {hint !== undefined && <p class="faint">{hint}</p>}
        {actions !== undefined && <div class="actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}
