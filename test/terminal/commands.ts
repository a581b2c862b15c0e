import { HOSTILE_TEXT } from "./hostile-words.ts";

/** Commands that show what a portal says. */
export const PORTAL_COMMANDS: readonly (readonly string[])[] = [
  ["info", "wanted"],
  ["search", "wanted"],
  ["outdated", "--all"],
  ["add", "lonely", "--dry-run"],
  ["add", "helper", "--dry-run", "--verbose"],
  ["update", "--dry-run"],
  ["plan", "--update"],
  ["why-not", "wanted@1.1.0"],
  ["changelog", "wanted"],
  ["install"],
  ["doctor", "--online"],
  ["whoami"],
];

/** Commands that show what lies on the disk. */
export const LOCAL_COMMANDS: readonly (readonly string[])[] = [
  ["list"],
  ["list", "--tree"],
  ["list", "--order"],
  ["verify"],
  ["audit"],
  ["doctor"],
  ["history"],
  ["why", "wanted"],
  ["plan"],
  ["install", "--verbose"],
  ["cache", "info"],
  ["export", "mod-list"],
  ["settings", "list"],
];

/** No system passes a NUL on a command line. */
const WORD = HOSTILE_TEXT.replaceAll("\0", "");

/** Command lines that are hostile themselves: they come from scripts that pass on what others wrote. */
export const HOSTILE_COMMANDS: readonly (readonly string[])[] = [
  [WORD],
  ["info", WORD],
  ["add", `wanted@${WORD}`],
  ["list", `--${WORD}`],
  ["why", WORD],
  ["why-not", `${WORD}@1.0.0`],
  ["search", WORD],
  ["rollback", WORD],
  ["list", "--factorio", WORD],
  ["list", "--portal", WORD],
  ["list", "--server-dir", WORD],
  ["solve", "--universe", WORD],
  ["apply", WORD],
  ["cache", WORD],
];
