/** What a person can ask of a turn. */
export interface TurnActions {
  edit(id: string, text: string): void;
  regenerate(id: string): void;
  goOn(id: string): void;
  showVersion(id: string, step: number): void;
}
