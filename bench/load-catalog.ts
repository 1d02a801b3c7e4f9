// Measures, in a fresh process and on the built program, how long the newest catalog takes from the closed database to the first question.
const built = new URL("../dist/compose.js", import.meta.url).href;
const { loadKnowledge, openExistingStore } = (await import(built)) as typeof import("../src/compose.ts");

const started = performance.now();
const store = await openExistingStore({ data: process.argv[2] ?? "" });
const { catalog } = await loadKnowledge(store);
const ms = performance.now() - started;
await store.close();
console.log(JSON.stringify({ ms, documents: catalog.summary.documents, kbs: catalog.content.kbs.length }));

export {};
