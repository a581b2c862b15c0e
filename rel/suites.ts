import { suite as bitrot } from "./bitrot.ts";
import { disks, model, randomKills, uploads } from "./by-tests.ts";
import { suite as clock } from "./clock.ts";
import { suite as concurrent } from "./concurrent.ts";
import { suite as contract } from "./contract.ts";
import { suite as crash } from "./crash.ts";
import { suite as errno } from "./errno.ts";
import { suite as foreign } from "./foreign.ts";
import { suite as kill } from "./kill.ts";
import { suite as net } from "./net.ts";
import { suite as nth } from "./nth.ts";
import { suite as power } from "./power.ts";
import { suite as recovery } from "./recovery.ts";
import { suite as fuzz } from "./fuzz.ts";
import type { Suite } from "./suite.ts";
import { suite as term } from "./term.ts";
import { suite as wine } from "./wine.ts";
import { suite as zips } from "./zips.ts";
import { suite as zipsGood } from "./zips-good.ts";

/** Every suite, in the order they run and are reported. */
export const SUITES: readonly Suite[] = [
  nth,
  crash,
  kill,
  errno,
  power,
  randomKills,
  model,
  disks,
  uploads,
  concurrent,
  foreign,
  bitrot,
  clock,
  recovery,
  net,
  zips,
  zipsGood,
  term,
  contract,
  fuzz,
  wine,
];
