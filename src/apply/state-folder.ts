import { join } from "node:path";

/** Where Roboport keeps what it knows about one installation, beside its mods folder. */
export function stateFolder(root: string): string {
  return join(root, ".roboport");
}
