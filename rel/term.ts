import { execFile, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestServer } from "../test/cli/harness.ts";
import { buildProgram, type Program } from "../test/faults/program.ts";
import { seededRandom } from "../test/faults/seeded-random.ts";
import { HOSTILE_COMMANDS, LOCAL_COMMANDS, PORTAL_COMMANDS } from "../test/terminal/commands.ts";
import { type HostilePortal, startHostilePortal } from "../test/terminal/hostile-portal.ts";
import { createHostileServer, HOSTILE_FILES } from "../test/terminal/hostile-server.ts";
import { findForgedLines, findRawCodes, HOSTILE_CODES } from "../test/terminal/hostile-words.ts";
import { runCases } from "./run-cases.ts";
import type { Scale, Suite, SuiteOptions } from "./suite.ts";

/** Opens a terminal for a command. */
const SCRIPT = "script";
const FORMS = ["terminal", "pipe", "json"] as const;
type Form = (typeof FORMS)[number];

/** One command, its output going somewhere, with something hostile on its way. */
interface Showing {
  readonly argv: readonly string[];
  readonly form: Form;
  /** Field of the portal's answers that is spoilt. */
  readonly field?: string | undefined;
  /** File of ours that is spoilt, as {@link HOSTILE_FILES} names it. */
  readonly file?: string | undefined;
}

interface Place {
  readonly program: Program;
  readonly portal: HostilePortal;
  readonly server: TestServer;
}

/** Part of the cases that run. */
const PART: Readonly<Record<Scale, number>> = { ci: 0.03, full: 1 };

export const suite: Suite = {
  name: "term",
  goal: "No control character, escape sequence or change of direction of a stranger reaches a terminal, a pipe or JSON, whatever field it is in",
  run: async (options) => {
    const isMissing = await promisify(execFile)(SCRIPT, ["--version"]).then(
      () => false,
      () => true,
    );
    await using program = await buildProgram();
    const portal = await startHostilePortal();
    try {
      await using server = await createHostileServer(portal.url);
      const place = { program, portal, server };
      const fields = await learnFields(place);
      const forms = FORMS.filter((form) => form !== "terminal" || !isMissing);
      const cases = some([...showings(fields, forms)], options);
      const tally = await runCases(cases, options, (showing) => show(showing, place));
      const figures = {
        "code points": HOSTILE_CODES.length,
        fields: fields.length,
        outputs: tally.passed + tally.failed,
      };
      return { ...tally, figures, skipped: isMissing ? ["terminals: script(1) is missing"] : [] };
    } finally {
      await portal.close();
    }
  },
};

/** Every key that stands in some answer. */
async function learnFields({ portal, server }: Place): Promise<readonly string[]> {
  for (const argv of PORTAL_COMMANDS) await server.run(argv);
  return [...portal.fields].sort();
}

function* showings(fields: readonly string[], forms: readonly Form[]): Generator<Showing> {
  for (const form of forms) {
    for (const argv of [...LOCAL_COMMANDS, ...HOSTILE_COMMANDS]) yield { argv, form };
    for (const file of Object.keys(HOSTILE_FILES)) {
      for (const argv of [["install"], ["list"], ["doctor"], ["plan"]]) yield { argv, form, file };
    }
    for (const field of fields) for (const argv of PORTAL_COMMANDS) yield { argv, form, field };
  }
}

function some(all: readonly Showing[], { seed, scale }: SuiteOptions): readonly Showing[] {
  const random = seededRandom(seed);
  return all.filter(() => random() < PART[scale]);
}

async function show(showing: Showing, place: Place): Promise<void> {
  const { argv, form, field, file } = showing;
  place.portal.spoil(field);
  const output = await withSpoiltFile(place, file, () => outputOf(showing, place));
  const raw = findRawCodes(output, { isTerminal: form === "terminal" });
  const forged = findForgedLines(output);
  if (raw.length === 0 && forged.length === 0) return;
  const where = `${argv.join(" ").slice(0, 60)}, to a ${form}, ${field ?? file ?? "on the disk"}`;
  throw new Error(`${where}: ${[...raw, ...forged].join(", ")} in ${JSON.stringify(output.slice(0, 2000))}`);
}

async function withSpoiltFile<T>({ server }: Place, file: string | undefined, act: () => Promise<T>): Promise<T> {
  if (file === undefined) return await act();
  const path = join(server.root, file.split(",")[0] ?? "");
  const before = await readFile(path);
  await writeFile(path, HOSTILE_FILES[file] ?? "");
  try {
    return await act();
  } finally {
    await writeFile(path, before);
  }
}

/** All that is printed; a terminal is one that script(1) opens. */
async function outputOf({ argv, form }: Showing, { program, server }: Place): Promise<string> {
  const env = { ...server.env, TERM: "xterm-256color" };
  if (form !== "terminal") {
    const { stdout, stderr } = await program.run([...argv, ...(form === "json" ? ["--json"] : [])], {
      cwd: server.root,
      env,
    });
    return stdout + stderr;
  }
  const words = [process.execPath, join(program.folder, "roboport.cjs"), ...argv];
  const command = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  const child = spawn(SCRIPT, ["-qec", command, "/dev/null"], {
    cwd: server.root,
    env: { ...env, PATH: process.env["PATH"] },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pieces: Buffer[] = [];
  for await (const piece of child.stdout) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString("utf8");
}
