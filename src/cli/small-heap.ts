import { setFlagsFromString } from "node:v8";

/**
 * Give new objects no more room than they have: V8 would let short-lived ones pile up to 32 MiB before it looks, which
 * downloads then hold on to, and looking sooner costs nothing that could be measured.
 *
 * @see reference/performance.md §1.5
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
