export interface Feed {
  readonly name: string;
}
