import { suite as crash } from "../../rel/crash.ts";
import { suite as nth } from "../../rel/nth.ts";
import { itHolds } from "./it-holds.ts";

itHolds(crash, "[DISK-2] [TXN-3] [TXN-4] [TXN-11]");
itHolds(nth, "[DISK-1] [BLOB-3] [TXN-2] [TXN-5] [OPS-35]");
