import { suite as contract } from "../../rel/contract.ts";
import { itHolds } from "../faults/it-holds.ts";

itHolds(contract, "[REG-57]");
