import { suite as bitrot } from "../../rel/bitrot.ts";
import { suite as clock } from "../../rel/clock.ts";
import { suite as foreign } from "../../rel/foreign.ts";
import { suite as power } from "../../rel/power.ts";
import { suite as recovery } from "../../rel/recovery.ts";
import { itHolds } from "./it-holds.ts";

itHolds(foreign, "[TXN-1] [TXN-9]");
itHolds(bitrot, "[OPS-16] [BLOB-6] [TXN-6] [GEN-2] [STAMP-2]");
itHolds(clock, "[TXN-1]");
itHolds(recovery, "[TXN-3]");
itHolds(power, "[DISK-2] [TXN-3]");
