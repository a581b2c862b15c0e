import { suite as concurrent } from "../../rel/concurrent.ts";
import { suite as errno } from "../../rel/errno.ts";
import { suite as kill } from "../../rel/kill.ts";
import { itHolds } from "./it-holds.ts";

itHolds(kill, "[TXN-3]");
itHolds(errno, "[DISK-4] [TXN-2] [OPS-35]");
itHolds(concurrent, "[MUTEX-1] [MUTEX-2]");
