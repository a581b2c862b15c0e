/** One fact about a set of mods, with the rule of `spec/resolve.md` it comes from. */
export interface Finding {
  readonly rule: string;
  /** An error keeps the game from starting; a warning may; a note is only worth knowing. */
  readonly severity: "error" | "warning" | "note";
  /** The mods it is about, most important first. */
  readonly mods: readonly string[];
  /** One sentence for a server admin. */
  readonly text: string;
}
