import { openUniverseWorld } from "../../src/registry/index.ts";
import { startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import type { Offer } from "./no-checker.ts";
import { readOffer, universeFile } from "./real-data.ts";

/** Where the mods of packs come from. */
export interface PackSource {
  readonly portal: TestPortal;
  /** The same mods, read by nothing of ours. */
  readonly offer: Offer;
}

/** Serve a universe of ROBOPORT_DATA on loopback. */
export async function openPackSource(universe: string): Promise<PackSource> {
  const world = await openUniverseWorld(universeFile(universe), () => {});
  return { portal: await startTestPortal(world), offer: readOffer(universe) };
}

/** What there was to choose from on a day. */
export function offerBefore(offer: Offer, instant: string): Offer {
  const end = Date.parse(instant);
  const mods = Object.entries(offer).map(([name, { releases }]) => {
    return [name, { releases: releases.filter((each) => Date.parse(each.released_at ?? "1970-01-01") < end) }] as const;
  });
  return Object.fromEntries(mods);
}
