import { cpSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { type MemoryWorld, memoryWorld, startTestPortal, type TestPortal } from "../src/testing/index.ts";
import { createTestServer, type Ran, type TestServer } from "../test/cli/harness.ts";
import { type InstalledState, readState } from "../test/faults/installed-state.ts";

/** A command that changes an installation, and the state it finds. */
export interface Scenario {
  readonly name: string;
  /** Commands that bring the state about, each to its end. */
  readonly before: readonly (readonly string[])[];
  /** What the admin does by hand after them. */
  readonly arrange?: (server: TestServer) => unknown;
  /** What has to be done anew in every copy, because it looks at file numbers. */
  readonly refresh?: (server: TestServer) => unknown;
  readonly argv: readonly string[];
}

/** A scenario laid out on the disk, which can be had again and again. */
export interface Stage {
  readonly scenario: Scenario;
  readonly server: TestServer;
  /** The legal states: one of the two, nothing in between. */
  readonly before: InstalledState;
  readonly after: InstalledState;
  /** Put everything back to how the command finds it. */
  reset(): Promise<void>;
}

/** Servers in scratch folders and the portal they ask. */
export interface Lab extends AsyncDisposable {
  readonly portal: TestPortal;
  open(scenario: Scenario): Promise<Stage>;
}

/** `wanted` needs `helper`; `settled` has a newer release. */
export function labWorld(): MemoryWorld {
  const world = memoryWorld().mod("helper").release("1.0.0").mod("settled").release("1.0.0").release("1.1.0");
  return world
    .mod("wanted")
    .release("1.0.0", { dependencies: ["base", "helper"] })
    .mod("other")
    .release("1.0.0");
}

/** Open a portal for any number of stages, which go when it is closed. */
export async function openLab(): Promise<Lab> {
  const portal = await startTestPortal(labWorld());
  const copies: string[] = [];
  const servers: TestServer[] = [];
  return {
    portal,
    open: async (scenario) => {
      const server = await createTestServer({ portal: portal.url });
      servers.push(server);
      const scratch = dirname(server.root);
      copies.push(`${scratch}-as-found`);
      return openStage(scenario, { server, scratch, copy: `${scratch}-as-found` });
    },
    [Symbol.asyncDispose]: async () => {
      await portal.close();
      for (const server of servers) await server[Symbol.asyncDispose]();
      for (const copy of copies) rmSync(copy, { recursive: true, force: true });
    },
  };
}

interface Place {
  readonly server: TestServer;
  readonly scratch: string;
  readonly copy: string;
}

async function openStage(scenario: Scenario, { server, scratch, copy }: Place): Promise<Stage> {
  for (const argv of scenario.before) requireExit(await server.run(argv), 0);
  await scenario.arrange?.(server);
  cpSync(scratch, copy, { recursive: true, preserveTimestamps: true });
  const before = await readState(server.root);
  await scenario.refresh?.(server);
  requireExit(await server.run(scenario.argv), 0);
  const after = await readState(server.root);
  const reset = async () => {
    rmSync(scratch, { recursive: true, force: true });
    cpSync(copy, scratch, { recursive: true, preserveTimestamps: true });
    await scenario.refresh?.(server);
  };
  return { scenario, server, before, after, reset };
}

/** With all that was said where a command ended otherwise. */
export function requireExit(
  ran: Omit<Ran, "exitCode"> & { readonly exitCode: number | null },
  ...codes: number[]
): void {
  if (ran.exitCode !== null && codes.includes(ran.exitCode)) return;
  throw new Error(`Ended with ${ran.exitCode} instead of ${codes.join(" or ")}\n${ran.stdout}${ran.stderr}`);
}
