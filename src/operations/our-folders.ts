import { join, resolve } from "node:path";

export interface FolderSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
}

/** Where our own files lie. */
export interface OurFolders {
  readonly cache: string;
  readonly config: string;
  /** What is made on this machine and stays on it. */
  readonly state: string;
}

/** `ROBOPORT_CACHE_DIR`, else the folders of the XDG base directory specification. */
export function findOurFolders({ env, cwd }: FolderSources): OurFolders {
  const home = env["HOME"] ?? env["USERPROFILE"] ?? cwd;
  const own = env["ROBOPORT_CACHE_DIR"];
  return {
    cache: own ? resolve(cwd, own) : join(env["XDG_CACHE_HOME"] || join(home, ".cache"), "roboport"),
    config: join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "roboport"),
    state: join(env["XDG_STATE_HOME"] || join(home, ".local/state"), "roboport"),
  };
}
