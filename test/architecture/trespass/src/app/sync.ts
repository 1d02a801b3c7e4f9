export const sync: string = "sync";
