/** A config.ini or config-path.cfg: section name → key → value. Keys before the first section are in section `""`. */
export type FactorioIni = ReadonlyMap<string, ReadonlyMap<string, string>>;

const SECTION = /^\[([^\]]*)\]$/;

/**
 * Read an INI file as the game writes them: `[section]`, `key=value`, comments after `;` or `#` at the start of a line.
 *
 * Of two equal keys the first counts; a line of any other form is no setting.
 *
 * @see reference/formats.md §12, rules INI-1 and INI-2
 */
export function parseFactorioIni(text: string): FactorioIni {
  const sections = new Map<string, Map<string, string>>();
  let section = "";
  for (const line of text
    .replace(/^\ufeff/, "")
    .split("\n")
    .map((each) => each.trim())) {
    if (line.startsWith(";") || line.startsWith("#")) continue;
    const header = SECTION.exec(line);
    const equals = line.indexOf("=");
    if (header) section = (header[1] ?? "").trim();
    else if (equals > 0) {
      const keys = sections.get(section) ?? new Map<string, string>();
      const key = line.slice(0, equals).trim();
      if (!keys.has(key)) keys.set(key, line.slice(equals + 1).trim());
      sections.set(section, keys);
    }
  }
  return sections;
}

/** What the tokens in front of a path of config.ini and config-path.cfg stand for. */
export interface FactorioPathTokens {
  /** Directory of the game's binary, such as `/opt/factorio/bin/x64`. */
  readonly executable: string;
  /** `~/.factorio` on Linux. */
  readonly systemWriteData: string;
  /** `/usr/share/factorio` on Linux. */
  readonly systemReadData: string;
}

/**
 * Put the real directory for the `__PATH__…__` token at the start of a path; nothing else of the text changes.
 *
 * @returns undefined for a token the game does not have.
 * @see reference/formats.md §12, rule INI-3
 */
export function expandFactorioPath(path: string, tokens: FactorioPathTokens): string | undefined {
  const match = /^__PATH__(.+?)__/.exec(path);
  if (!match) return path;
  const known = new Map([
    ["executable", tokens.executable],
    ["system-write-data", tokens.systemWriteData],
    ["system-read-data", tokens.systemReadData],
  ]);
  const directory = known.get(match[1] ?? "");
  return directory === undefined ? undefined : directory + path.slice(match[0].length);
}
