import type { Database } from "./database.ts";

/** The mods each user has marked. */
export interface Bookmarks {
  list(user: string): readonly string[];
  set(user: string, mod: string, isOn: boolean): void;
}

/** Bookmarks for as long as the process runs. */
export function memoryBookmarks(): Bookmarks {
  const byUser = new Map<string, Set<string>>();
  return {
    list: (user) => [...(byUser.get(user) ?? [])],
    set: (user, mod, isOn) => {
      const names = byUser.get(user) ?? new Set();
      byUser.set(user, names);
      if (isOn) names.add(mod);
      else names.delete(mod);
    },
  };
}

/** Bookmarks in a database, in the order they were set. */
export function openBookmarks(db: Database): Bookmarks {
  const list = db.prepare("SELECT mod FROM bookmarks WHERE user = ? ORDER BY rowid");
  const add = db.prepare("INSERT INTO bookmarks (user, mod) VALUES (?, ?) ON CONFLICT DO NOTHING");
  const remove = db.prepare("DELETE FROM bookmarks WHERE user = ? AND mod = ?");
  return {
    list: (user) => list.all(user).map(({ mod }) => String(mod)),
    set: (user, mod, isOn) => void (isOn ? add : remove).run(user, mod),
  };
}
