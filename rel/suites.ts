import { suite as crash } from "./crash.ts";
import type { Suite } from "./suite.ts";

/** Every suite, in the order they run and are reported. */
export const SUITES: readonly Suite[] = [crash];
