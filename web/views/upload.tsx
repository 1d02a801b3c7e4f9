import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type ApiError, ask } from "../api/client.ts";
import type { Ingested, MissingUpdates } from "../api/rows.ts";
import { asApiError, useLoaded } from "../api/use-loaded.ts";
import { Name } from "../parts/chips.tsx";
import { MissingHead } from "../parts/missing-list.tsx";
import { Failure, Whole } from "../parts/states.tsx";
import { Panel, View } from "../parts/view.tsx";
import { visible } from "../parts/visible-text.ts";
import { href } from "../router.ts";
import { useAllowed } from "../session.ts";
import { number, useTexts } from "../texts/language.ts";

interface Upload {
  readonly key: number;
  readonly name: string;
  readonly answer?: Ingested;
  readonly error?: ApiError;
}

const mostBytes = 64 * 1024 * 1024;
const shownItems = 20;

/** Files of inventories in, the answer at once. */
export function UploadView(): JSX.Element {
  const texts = useTexts();
  const mayUpload = useAllowed("Inventory.ReadWrite.All");
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [tooLarge, setTooLarge] = useState(false);
  const put = (upload: Upload): void => setUploads((all) => [upload, ...all.filter(({ key }) => key !== upload.key)]);
  const take = async (files: readonly File[]): Promise<void> => {
    setTooLarge(files.some(({ size }) => size > mostBytes));
    for (const file of files.filter(({ size }) => size <= mostBytes)) {
      const upload = { key: Date.now() + Math.random(), name: file.name };
      put(upload);
      try {
        put({ ...upload, answer: await ask<Ingested>("/api/inventories", { method: "POST", body: file, type: typeOf(file.name) }) });
      } catch (error) {
        put({ ...upload, error: asApiError(error) });
      }
    }
  };
  return (
    <View title={texts.upload.title}>
      {mayUpload ? <DropZone onFiles={(files) => void take(files)} /> : <p class="state failure">{texts.upload.forbidden}</p>}
      {tooLarge && (
        <p class="state failure" role="alert">
          {texts.upload.largest}
        </p>
      )}
      <div aria-live="polite">
        {uploads.map((upload) => (
          <Answer key={upload.key} upload={upload} />
        ))}
      </div>
    </View>
  );
}

/** JSON is JSON; whatever else it is, the server finds out. */
function typeOf(name: string): string {
  if (/\.(nd|l)json$|\.jsonl$/i.test(name)) return "application/x-ndjson";
  return /\.json$/i.test(name) ? "application/json" : "text/plain";
}

function DropZone({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }): JSX.Element {
  const texts = useTexts();
  const [isOver, setIsOver] = useState(false);
  const over = (event: DragEvent): void => {
    event.preventDefault();
    setIsOver(true);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setIsOver(false);
    onFiles([...(event.dataTransfer?.files ?? [])]);
  };
  return (
    <section
      class={`drop${isOver ? " is-over" : ""}`}
      aria-label={texts.upload.drop}
      onDragOver={over}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      <p class="drop-title">{texts.upload.drop}</p>
      <p>{texts.upload.lead}</p>
      <label class="button primary">
        {texts.upload.choose}
        <input
          class="unseen"
          type="file"
          multiple
          onChange={(event) => {
            onFiles([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = "";
          }}
        />
      </label>
      <p class="faint">{texts.upload.how}</p>
      <pre>
        <code>{"systeminfo > pc.txt"}</code>
      </pre>
    </section>
  );
}

function Answer({ upload }: { readonly upload: Upload }): JSX.Element {
  const texts = useTexts();
  const items = upload.answer?.value ?? [];
  return (
    <Panel title={visible(upload.name)}>
      {upload.error !== undefined && <Failure error={upload.error} />}
      {upload.answer === undefined && upload.error === undefined && <p role="status">{texts.upload.working(visible(upload.name))}</p>}
      {items.slice(0, shownItems).map((item, index) => (
        <Item key={index} item={item} />
      ))}
      {items.length > shownItems && <p class="faint">{texts.upload.more(items.length - shownItems, number(items.length - shownItems))}</p>}
    </Panel>
  );
}

function Item({ item }: { readonly item: Ingested["value"][number] }): JSX.Element {
  const texts = useTexts();
  return (
    <div class="upload-item">
      <p class="chips">
        <b>
          <Name>{item.deviceName ?? "–"}</Name>
        </b>
        <span class={item.outcome === "refused" ? "chip severity-critical" : "chip"}>{texts.upload.outcome[item.outcome]}</span>
        {item.deviceId !== undefined && <a href={href(`/devices/${item.deviceId}`)}>{texts.upload.open}</a>}
      </p>
      {item.problems.length > 0 && (
        <ul class="note" lang="en">
          {item.problems.map(({ field, message }) => (
            <li key={`${field} ${message}`}>{visible(field === undefined ? message : `${field}: ${message}`)}</li>
          ))}
        </ul>
      )}
      {item.deviceId !== undefined && <Missing id={item.deviceId} />}
    </div>
  );
}

function Missing({ id }: { readonly id: string }): JSX.Element | null {
  const texts = useTexts();
  const may = useAllowed("Software.Read.All");
  const path = `/api/machines/${id}/missingupdates`;
  const missing = useLoaded(may ? path : undefined, (signal) => ask<MissingUpdates>(path, { signal }));
  if (!may) return null;
  return (
    <Whole of={missing}>
      {({ value, notes }) =>
        value === null ? (
          <p class="note">
            {texts.device.notKnown}: <span lang="en">{notes[0]}</span>
          </p>
        ) : (
          <>
            <p class={value.length === 0 ? "state good" : ""}>{texts.upload.missing(value.length, number(value.length))}</p>
            <ul class="missing">
              {value.map((update) => (
                <li key={update.id}>
                  <MissingHead update={update} />
                  <p class="why" lang="en">
                    {update.why}
                  </p>
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Whole>
  );
}
