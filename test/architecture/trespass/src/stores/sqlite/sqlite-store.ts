export const store: string = "sqlite";
