import type { Route } from "./route.ts";

/** A page with every call of the server: plain HTML, without scripts. */
export function referencePage(routes: readonly Route[], origin: string): string {
  const rows = routes.map(({ method, path, may, summary, options = [], isList }) => {
    const roles = may === "anyone" ? "anyone" : may.join("<br>");
    const asked = [...options, ...(isList === true ? ["OData options"] : [])].join(", ");
    return `<tr><td>${method}</td><td><code>${escaped(path)}</code></td><td>${escaped(summary)}${asked === "" ? "" : `<br><small>${escaped(asked)}</small>`}</td><td><small>${roles}</small></td></tr>`;
  });
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>patchgap: the API</title><link rel="stylesheet" href="/reference.css"></head>
<body>
<h1>patchgap</h1>
<p>The missing Microsoft security updates of a fleet, in the manner of Defender for Endpoint's API. Base address: <code>${escaped(origin)}/api</code>.
For tools: <a href="/openapi.json">openapi.json</a>, <a href="/api/$metadata">$metadata</a>, <a href="/schemas/inventory-1.json">schema of inventories</a>.</p>
<p>Every call but those for anyone carries <code>Authorization: Bearer TOKEN</code>; <code>patchgap token --roles Software.Read.All</code> gives one for trying things out.
Paths count in any letter case, and under <code>/api/v1.0</code> too.</p>
<table>
<thead><tr><th>method</th><th>path</th><th>answers</th><th>any role of</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
</body>
</html>
`;
}

/** The page's style, as a file of its own: the page may have none within it. */
export const referenceStyle: string = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
code { font-size: .9em; overflow-wrap: anywhere; }
small { opacity: .75; }
`;

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
