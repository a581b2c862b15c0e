import { suite as net } from "../../rel/net.ts";
import { itHolds } from "./it-holds.ts";

itHolds(net, "[RETRY-12] [FETCH-1] [FETCH-8] [SECRET-6]");
