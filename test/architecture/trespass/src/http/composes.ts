import { composed } from "../compose.ts";

export const wired: string = composed;
