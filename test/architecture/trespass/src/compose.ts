import { store } from "./stores/sqlite/sqlite-store.ts";

export const composed: string = store;
