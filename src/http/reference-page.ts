import type { Route } from "./route.ts";
import { groupRoutes, type RouteGroup, writtenPath } from "./route-groups.ts";

/** A page with every call of the server: plain HTML, without scripts. */
export function referencePage(routes: readonly Route[], origin: string): string {
  const groups = groupRoutes(routes);
  const links = groups.map(({ name }) => `<li><a href="#${anchorOf(name)}">${escaped(name)}</a></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>patchgap: the API</title>
<link rel="stylesheet" href="/reference.css">
</head>
<body>
<header>
<h1>patchgap</h1>
<p>The missing Microsoft security updates of a fleet, in the manner of Defender for Endpoint's API.</p>
</header>
<nav aria-label="Groups of calls">
<ul>
${links.join("\n")}
</ul>
</nav>
<main>
<section id="calling">
<h2>Calling</h2>
<p>The base address is <code>${escaped(origin)}/api</code>. Every call but those for anyone carries a token, and any one of the roles named beside it
opens it; <code>patchgap token --roles Software.Read.All</code> prints a token for trying things out.</p>
<pre><code>curl -H "Authorization: Bearer TOKEN" ${escaped(origin)}/api/missingupdates</code></pre>
<p>Paths count in any letter case, and under <code>/api/v1.0</code> too. Calls marked <em>list</em> take <code>$filter</code>, <code>$orderby</code>,
<code>$select</code>, <code>$top</code>, <code>$skip</code>, <code>$count</code> and <code>pageSize</code>; <code>/$count</code> behind their path answers the
bare number.</p>
<p>For tools: <a href="/openapi.json">openapi.json</a>, <a href="/api/$metadata">$metadata</a>,
<a href="/schemas/inventory-1.json">the schema of inventories</a>.</p>
</section>
${groups.map(section).join("\n")}
</main>
</body>
</html>
`;
}

function section({ name, routes }: RouteGroup): string {
  const id = anchorOf(name);
  return `<section id="${id}">
<h2>${escaped(name)}</h2>
<table aria-label="${escaped(name)}">
<thead><tr><th scope="col">Call</th><th scope="col">Answers</th><th scope="col">Any role of</th></tr></thead>
<tbody>
${routes.map(row).join("\n")}
</tbody>
</table>
</section>`;
}

function row(route: Route): string {
  const { method, may, summary, options = [], isList } = route;
  const roles = may === "anyone" ? ["anyone"] : may;
  const asked = options.map((option) => `<code>${escaped(option)}</code>`).join(", ");
  const list = isList === true ? " <em>list</em>" : "";
  const more = asked === "" ? "" : `<br><small>${asked}</small>`;
  const call = `<td><b>${method}</b> <code>${escaped(writtenPath(route))}</code></td>`;
  return `<tr>${call}<td>${escaped(summary)}${list}${more}</td><td><small>${roles.map(escaped).join("<br>")}</small></td></tr>`;
}

function anchorOf(name: string): string {
  return name.toLowerCase().replaceAll(" ", "-");
}

/** The page's style, as a file of its own: the page may have none within it. */
export const referenceStyle: string = `:root { color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif; --line: color-mix(in srgb, currentColor 18%, transparent); }
body { max-width: 76rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { margin: 0; font-size: 2rem; }
header p { margin: .25rem 0 1.25rem; font-size: 1.1rem; opacity: .8; }
h2 { margin: 2.25rem 0 .5rem; font-size: 1.2rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin: 0; padding: .6rem 0; list-style: none; border-block: 1px solid var(--line); }
section { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; min-width: 44rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); }
th { font-size: .8rem; font-weight: 600; opacity: .7; }
th:nth-child(1) { width: 43%; }
th:nth-child(3) { width: 22%; }
code { font: .875em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { padding: .75rem 1rem; overflow-x: auto; border: 1px solid var(--line); border-radius: .4rem; }
b { display: inline-block; min-width: 3.4rem; font: 600 .75rem/1.5 ui-monospace, monospace; opacity: .75; }
em { padding: 0 .4rem; border: 1px solid var(--line); border-radius: .6rem; font-size: .75rem; font-style: normal; opacity: .8; }
small { opacity: .8; overflow-wrap: anywhere; }
`;

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
