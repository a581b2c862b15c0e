import { buildProgram } from "../test/faults/program.ts";
import { chooseSome } from "./choose.ts";
import { openLab } from "./lab.ts";
import { runCases } from "./run-cases.ts";
import { SCENARIOS } from "./scenarios.ts";
import { requireWhole } from "./aftermath.ts";
import { findPoints, runInjected, whyNoStrace } from "./strace.ts";
import type { Suite } from "./suite.ts";
