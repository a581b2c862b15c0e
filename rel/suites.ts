import { suite as crash } from "./crash.ts";
import { suite as errno } from "./errno.ts";
import { suite as kill } from "./kill.ts";
import { suite as nth } from "./nth.ts";
import type { Suite } from "./suite.ts";
import { suite as zips } from "./zips.ts";
import { suite as zipsGood } from "./zips-good.ts";

/** Every suite, in the order they run and are reported. */
export const SUITES: readonly Suite[] = [nth, crash, kill, errno, zips, zipsGood];
