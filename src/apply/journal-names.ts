/** Names in the state folder that tell of a change that did not end. */
export const JOURNAL_NAMES = {
  /** Sealed: it is finished, come what may, or taken back. */
  forward: "journal.json",
  /** Could not be finished: it is taken back. */
  back: "undo.json",
} as const;
