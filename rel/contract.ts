import { type ContractPortal, openContractPortal } from "../test/contract/contract-portal.ts";
import { OPERATIONS, OUTSIDE, type PortalAnswer, type PortalOperation } from "../test/contract/operations.ts";
import { someRequest } from "../test/contract/some-request.ts";
import { seededRandom, seedOf } from "../src/testing/seeded-random.ts";
import { runCases } from "./run-cases.ts";
import type { Scale, Suite, SuiteOptions } from "./suite.ts";

/** Requests for each operation. */
const REQUESTS: Readonly<Record<Scale, number>> = { ci: 20, full: 1_000 };
/** Served under paths of the server's own choice, and asked for by following a download. */
const FOLLOWED = "fetchZip";
const ANY = "http://portal";

interface Attempt {
  readonly operation: PortalOperation;
  readonly seed: number;
}

export const suite: Suite = {
  name: "contract",
  goal: "Whatever the portal is asked, well or badly, it answers what docs/openapi.json says, and never with a status of 500 or more",
  run: async (options) => {
    const portal = await openContractPortal();
    const seen = new Set<string>();
    try {
      const tally = await runCases(attemptsOf(options), options, (attempt) => check(portal, attempt, seen));
      const figures = { operations: OPERATIONS.length, "answers of different status": seen.size };
      return { ...tally, figures, skipped: [] };
    } finally {
      await portal.close();
    }
  },
};

function* attemptsOf({ seed, scale }: SuiteOptions): Generator<Attempt> {
  for (let round = 0; round < REQUESTS[scale]; round++) {
    for (const operation of OPERATIONS) {
      if (operation.id !== FOLLOWED) yield { operation, seed: seedOf(seed, `${operation.id} ${round}`) };
    }
  }
}

async function check(portal: ContractPortal, { operation, seed }: Attempt, seen: Set<string>): Promise<void> {
  const random = seededRandom(seed);
  const asked = await someRequest(operation, { portal, random });
  const { method, target, headers } = asked;
  const answer = await portal.ask(asked).catch((error: unknown) => {
    throw new Error(`${operation.id}, ${method} ${target.slice(0, 300)} ${JSON.stringify(headers)}: ${error}`, {
      cause: error,
    });
  });
  const reported = answer.status >= 500 ? ` (${portal.errors.at(-1)})` : "";
  requireNoFault(operationOf(operation, method, target), answer, `${method} ${target.slice(0, 300)}${reported}`);
  seen.add(`${operation.id} ${answer.status}`);
  const { location } = answer.headers;
  if (location?.includes("secure=")) await follow(portal, { location, random, seen });
}

/** Another method, or a target that leads elsewhere, is another operation or none. */
function operationOf(
  operation: PortalOperation,
  method: string,
  target: string,
): Pick<PortalOperation, "id" | "faultOf"> {
  // As a server reads it: dots lead elsewhere, and of doubled slashes only those of downloads are known.
  const { pathname: path } = new URL(target.replace(/^\/\/download\//, "/download/"), `${ANY}/`);
  const asGet = method === "HEAD" ? "GET" : method;
  const fits = (each: PortalOperation) =>
    each.id !== FOLLOWED && each.method === asGet && patternOf(each.path).test(path);
  return fits(operation) ? operation : (OPERATIONS.find(fits) ?? OUTSIDE);
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}

function requireNoFault({ id, faultOf }: Pick<PortalOperation, "id" | "faultOf">, answer: PortalAnswer, asked: string) {
  const fault = faultOf(answer);
  if (fault !== undefined) throw new Error(`${id}, ${asked}: ${fault}`);
}

interface Following {
  readonly location: string;
  readonly random: () => number;
  readonly seen: Set<string>;
}

/** The link as it is, or with something changed. */
async function follow(portal: ContractPortal, { location, random, seen }: Following): Promise<void> {
  const { pathname, search } = new URL(location);
  const ranges = ["", "bytes=0-9", "bytes=-5", "bytes=9999999-", "bytes=5-2", "lines=1", "bytes=0-1,3-4"];
  const range = ranges[Math.floor(random() * ranges.length)] ?? "";
  const target = random() < 0.3 ? `${pathname}${search}0` : `${pathname}${search}`;
  const answer = await portal.ask({ method: "GET", target, headers: range === "" ? {} : { range } });
  const operation = OPERATIONS.find(({ id }) => id === FOLLOWED) ?? OUTSIDE;
  requireNoFault(operation, answer, `GET ${target} ${range}`);
  seen.add(`${operation.id} ${answer.status}`);
}
