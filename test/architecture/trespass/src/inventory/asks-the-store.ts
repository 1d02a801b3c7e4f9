import { store } from "../stores/sqlite/sqlite-store.ts";

export const asked: string = store;
