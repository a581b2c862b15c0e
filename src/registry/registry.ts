import { constants } from "node:fs";
import { nodeFileSystem } from "../store/file-system.ts";
import type { Access } from "./access.ts";
import { openPublishing } from "./publishing/publishing.ts";
import type { PortalOptions } from "./serve.ts";
import type { PullThrough } from "./sources/pull-through.ts";
import type { RegistryData } from "./storage/registry-data.ts";

export interface RegistryOptions {
  readonly data: RegistryData;
  /** Downloads without an account. */
  readonly isOpen: boolean;
  /** Longest zip that is taken, in bytes. */
  readonly uploadMax: number;
  /** The time, as a UTC text. */
  readonly clock: () => string;
  /** Milliseconds from any beginning that never run backwards. */
  readonly now: () => number;
  /** Where to look for what is not here; everything is here when not given. */
  readonly source?: Pick<PullThrough, "world"> | undefined;
}

/** What a portal over a registry's folder is made of, for `startPortal`. */
export function registryPortal({ data, isOpen, uploadMax, clock, now, source }: RegistryOptions) {
  const { records, accounts, bookmarks, assets, audit, store } = data;
  const access: Access = {
    loginRequired: !isOpen,
    findUser: async ({ username = "", token = "" }) => accounts.findPortalUser({ username, token }),
  };
  const alive = data.db.prepare("SELECT 1");
  return {
    world: source?.world ?? records,
    checks: { database: () => alive.get(), folder: () => nodeFileSystem.access(data.dir, constants.W_OK) },
    gauges: [
      { name: "roboport_mods", help: "Mods that are listed", read: () => records.modCount() },
      {
        name: "roboport_disk_free_bytes",
        help: "Space where the data folder is",
        read: () => nodeFileSystem.freeSpace(data.dir),
      },
    ],
    access,
    bookmarks,
    assets,
    publishing: openPublishing({ records, accounts, assets, audit, store, clock, now, uploadMax }),
    logIn: async (username: string, password: string) => {
      if (!(await accounts.checkPassword(username, password))) return undefined;
      return accounts.createToken({ user: username, kind: "portal", label: "api-login" });
    },
  } satisfies Partial<PortalOptions>;
}
