import { RoboportError } from "../errors.ts";
import type { ModFull } from "../portal/contract/mod.ts";
import type { Session } from "./session.ts";

/** What a portal says of a mod. */
export interface ModInfo {
  readonly mod: ModFull;
  readonly portal: string;
}

/**
 * Ask the portals for everything about one mod; the first that knows it answers.
 *
 * @throws {RoboportError} `NO_SUCH_MOD`, and as a portal does.
 */
export async function getModInfo(session: Session, name: string): Promise<ModInfo> {
  const portals = await session.portals();
  for (const portal of portals) {
    const mod = await portal.findModFull(name, { signal: session.signal });
    if (mod) return { mod, portal: portal.url };
  }
  throw new RoboportError(
    "NO_SUCH_MOD",
    `Found no mod named ${name} on ${portals.map((each) => each.url).join(", ")}`,
    {
      hint: `Run "roboport search ${name}" to look for similar names; upper and lower case count.`,
      data: { name },
    },
  );
}
