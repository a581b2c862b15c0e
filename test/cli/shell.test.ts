import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import {
  type AnyCommand,
  changeFlags,
  defineCommand,
  many,
  optional,
  required,
  valueFlag,
} from "../../src/cli/command.ts";
import type { CommandEntry } from "../../src/cli/command-table.ts";
import { bold, styled } from "../../src/cli/styled.ts";
import { exitCodeOf, RoboportError } from "../../src/errors.ts";
import { LOCKFILE_FILE } from "../../src/plan/lockfile.ts";
import { Secret } from "../../src/portal/secret.ts";
import { createTestServer, type Ran, runCli, type Surroundings } from "./harness.ts";

const SECRET = "0123456789abcdef0123456789/+ab";
const loaded: string[] = [];

const commands: readonly CommandEntry[] = [
  entry("greet", {
    details: "It greets in the order given.",
    flags: { ...changeFlags, times: valueFlag("NUMBER", "How often", parseTimes) },
    positional: many("NAME", "Whom to greet", { complete: ["alice", "bob"] }),
    examples: [["roboport greet alice", "Greet alice"]],
    async run({ output, globals }, flags: object, ...names: readonly string[]) {
      output.data({ names, flags, globals }, styled`Hello ${bold(names.join(", "))}`);
    },
  } as AnyCommand),
  entry("talk", {
    examples: [],
    async run({ output, addSecret }) {
      addSecret(new Secret(SECRET));
      output.note("a note");
      output.warn("a warning");
      output.detail("a detail");
      output.outcome({ done: SECRET }, `done ${encodeURIComponent(SECRET)}`);
    },
  }),
  entry("fail", {
    examples: [],
    async run() {
      throw new RoboportError("PORTAL_STATUS", "Cannot read \x1b[31mmod\x1b[0m \u202eflib", {
        hint: "Try again later.",
        data: { status: 502, title: "\u202etitle\x9b" },
        cause: new Error("socket hang up", { cause: new Error("ECONNRESET") }),
      });
    },
  }),
  entry("bug", {
    examples: [],
    async run({ addSecret }) {
      addSecret(new Secret(SECRET));
      throw new TypeError(`cannot read /home/admin/server of ${SECRET}`);
    },
  }),
  entry("no", { examples: [], run: async () => exitCodeOf("NO_SOLUTION") }),
  entry("twice", {
    examples: [],
    async run({ output }) {
      output.data(1, "one");
      output.data(2, "two");
    },
  }),
  entry("answer-then-fail", {
    examples: [],
    async run({ output }) {
      output.data(1, "one");
      throw new RoboportError("DISK_FULL", "Cannot write");
    },
  }),
  entry("wait", {
    examples: [],
    async run({ signal }) {
      await once(signal, "abort");
      throw new Error("whatever fell over on the way out");
    },
  }),
  entry("ask", {
    examples: [],
    async run({ output, prompt }) {
      const answer = await prompt.confirm("Sure?", { yes: false, unattended: true });
      output.data({ answer }, String(answer));
      await prompt.ask("User name");
    },
  }),
  entry("installed", {
    positional: many("NAME", "A mod", { complete: "installed-mods" }),
    examples: [],
    run: async () => {},
  }),
  entry("pair", {
    positional: [required("FIRST", "One"), optional("SECOND", "Two")],
    examples: [],
    async run({ output }, _flags, ...args: readonly unknown[]) {
      output.data(args, String(args));
    },
  }),
];

const cli = (argv: readonly string[], surroundings: Surroundings = {}): Promise<Ran> =>
  runCli(argv, { commands, ...surroundings });

describe("help", () => {
  it("[CLI-1] groups the commands and says whose program this is not", async () => {
    for (const argv of [[], ["--help"], ["-h"], ["help"], ["--no-color", "--help"], ["-q", "--mods-dir", "x"]]) {
      const { exitCode, stdout, stderr } = await cli(argv);
      expect([exitCode, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("Choose mods:\n  greet             brief of greet\n");
      expect(stdout).toContain("Not affiliated with Wube Software.");
    }
  });

  it("[CLI-5] shows arguments, options and examples of one command", async () => {
    const { stdout } = await cli(["greet", "--help"]);
    expect(stdout).toMatchInlineSnapshot(`
      "roboport greet: brief of greet

      It greets in the order given.

      Usage: roboport greet [OPTIONS] NAME...

      Arguments:
        NAME  Whom to greet

      Options:
        -n, --dry-run       Show what would change, and change nothing
        -y, --yes           Do not ask
            --stage         Download now, and leave the mods folder to the next install: the server may run
            --times NUMBER  How often

      Options of every command:
            --mods-dir DIR      The mods folder
            --server-dir DIR    The headless server's folder; default: the nearest from here upwards
            --portal URL        Ask this portal; repeatable, the first that knows a mod wins
            --factorio VERSION  Decide for this game version instead of the installed one
            --json              Print one JSON document on stdout
        -q, --quiet             No progress and no notes
        -v, --verbose           Say more, and show the causes of an error
            --no-color          No colours

      Examples:
        roboport greet alice  Greet alice
      "
    `);
    for (const argv of [
      ["help", "greet"],
      ["greet", "-h", "bob"],
      ["--quiet", "greet", "--help"],
    ]) {
      expect((await cli(argv)).stdout).toBe(stdout);
    }
  });

  it("[CLI-5] loads no other command", async () => {
    loaded.length = 0;
    await cli(["greet", "--help"]);
    await cli(["--help"]);
    await cli(["gret"]);
    expect(loaded).toEqual(["greet"]);
  });

  it("tells the version, also as JSON", async () => {
    expect((await cli(["--version"])).stdout).toBe("0.0.0-source\n");
    expect((await cli(["-V", "--json"])).stdout).toBe('{\n  "version": "0.0.0-source"\n}\n');
  });
});

describe("the command line", () => {
  it("[CLI-2] takes global options before and after the command, in their order", async () => {
    const { stdout } = await cli([
      "--portal",
      "https://one.test",
      "--json",
      "--mods-dir=mods",
      "greet",
      "a b",
      "--portal",
      "http://two.test:8080/x/",
      "--factorio",
      "2.0.60",
      "-n",
      "--",
      "--bob",
    ]);
    expect(JSON.parse(stdout)).toEqual({
      names: ["a b", "--bob"],
      flags: { dryRun: true, yes: false, stage: false },
      globals: {
        modsDir: "mods",
        portals: ["https://one.test/", "http://two.test:8080/x/"],
        factorio: { text: "2.0.60", key: 2 * 2 ** 32 + 60 },
      },
    });
  });

  it.each([
    [["--portal=", "greet"], "Option --portal has an empty value"],
    [["greet", "--json=yes"], "Option --json takes no value"],
    [["greet", "--1", "a"], 'Cannot read option "--1"'],
    [["greet", "---x"], 'Cannot read option "---x"'],
    [["greet", "-1"], 'Cannot read option "-1"'],
    [["greet"], "Missing argument NAME"],
    [["greet", "a", "--portal"], "Option --portal needs a value"],
    [["greet", "a", "--times"], "Option --times needs a value"],
    [["greet", "a", "--times", "--yes"], "Option --times needs a value"],
    [["greet", "a", "--times", "1", "--times", "2"], "Option --times was given twice"],
    [["greet", "a", "--times", "x"], 'Cannot read --times "x": it is no number'],
    [["greet", "a", "--factorio", "two"], 'Cannot read version "two"'],
    [["greet", "a", "--portal", "mods.factorio.com"], 'Cannot use "mods.factorio.com" as a portal'],
    [["greet", "a", "--portal", "file:///etc"], 'Cannot use "file:///etc" as a portal'],
    [["greet", "a", "-z"], "Unknown option -z"],
    [["pair", "a", "b", "c"], 'Unexpected argument "c"'],
    [["pair"], "Missing argument FIRST"],
    [["--bogus"], "Unknown option --bogus"],
  ])("[CLI-3] %j is refused", async (argv, message) => {
    const { exitCode, stdout, stderr } = await cli(argv);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`: ${message}\nhint: `);
  });

  it("[CLI-3] refuses credentials in a portal's address, and does not repeat them", async () => {
    const { exitCode, stderr } = await cli(["greet", "a", "--portal", `https://u:${SECRET.slice(0, 26)}@x.test`]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("https://x.test");
    expect(stderr).not.toContain(SECRET.slice(0, 26));
  });

  it.each([
    [["gret"], 'Unknown command "gret"', "Did you mean greet?"],
    [["tlak"], 'Unknown command "tlak"', "Did you mean talk?"],
    [["greet", "a", "--dry-rn"], "Unknown option --dry-rn", "Did you mean --dry-run?"],
    [["greet", "a", "--jsn"], "Unknown option --jsn", "Did you mean --json?"],
    [["--quite", "greet", "a"], "Unknown option --quite", "Did you mean --quiet?"],
    [["frobnicate"], 'Unknown command "frobnicate"', 'Run "roboport --help" for the list.'],
  ])("[CLI-4] %j names what was probably meant", async (argv, message, hint) => {
    const { exitCode, stderr } = await cli(argv);
    expect([exitCode, stderr]).toEqual([2, `error USAGE: ${message}\nhint: ${hint}\n`]);
  });

  it("[CLI-4] says so as JSON too", async () => {
    const { exitCode, stdout, stderr } = await cli(["--json", "gret"]);
    expect([exitCode, stderr]).toEqual([2, ""]);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: "USAGE",
        message: 'Unknown command "gret"',
        hint: "Did you mean greet?",
        data: { similar: ["greet"] },
      },
    });
  });

  it("gives a missing optional argument as nothing", async () => {
    expect((await cli(["pair", "a"])).stdout).toBe("a,\n");
  });
});

describe("errors", () => {
  it("[CLI-6] go to stderr with code and hint, and end with the code's number", async () => {
    const { exitCode, stdout, stderr } = await cli(["fail"]);
    expect([exitCode, stdout]).toEqual([5, ""]);
    expect(stderr).toBe("error PORTAL_STATUS: Cannot read mod flib\nhint: Try again later.\n");
  });

  it("[CLI-7] are the one document with --json", async () => {
    const { exitCode, stdout, stderr } = await cli(["fail", "--json"]);
    expect([exitCode, stderr]).toEqual([5, ""]);
    expect(stdout).not.toMatch(/[\x80-\x9f\u202e]/);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: "PORTAL_STATUS",
        message: "Cannot read \x1b[31mmod\x1b[0m \u202eflib",
        hint: "Try again later.",
        data: { status: 502, title: "\u202etitle\x9b" },
      },
    });
  });

  it("[CLI-8] show their causes with --verbose", async () => {
    expect((await cli(["fail", "-v"])).stderr).toBe(
      "error PORTAL_STATUS: Cannot read mod flib\ncaused by: socket hang up\ncaused by: ECONNRESET\nhint: Try again later.\n",
    );
  });

  it("[CLI-9] that are our bugs come with all that a report needs, and nothing private", async () => {
    const { exitCode, stdout, stderr } = await cli(["bug"]);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("error INTERNAL: TypeError: cannot read ~/server of [redacted]");
    expect(stderr).toContain("roboport 0.0.0-source, Node.js 20.0.0 on linux x64");
    expect(stderr).toMatch(/\n {4}at .*shell\.test\.ts/);
    const link = new URL(/https:\S+/.exec(stderr.slice(stderr.indexOf("hint:")))?.[0] ?? "");
    expect(link.pathname).toBe("/roboport/roboport/issues/new");
    expect(link.searchParams.get("body")).toContain("Node.js 20.0.0 on linux x64");
    expect(`${stderr}${decodeURIComponent(link.search)}`).not.toMatch(/0123456789abcdef|\/home\/admin/);
  });

  it("[CLI-9] say as JSON that they are bugs", async () => {
    const { exitCode, stdout } = await cli(["bug", "--json"]);
    expect([exitCode, JSON.parse(stdout).error.code]).toEqual([1, "INTERNAL"]);
    expect(stdout).not.toContain(SECRET);
  });

  it("[CLI-10] after an answer keep stdout one document", async () => {
    const { exitCode, stdout, stderr } = await cli(["answer-then-fail", "--json"]);
    expect([exitCode, stdout, stderr]).toEqual([6, "1\n", "error DISK_FULL: Cannot write\n"]);
    const twice = await cli(["twice", "--json"]);
    expect([twice.exitCode, twice.stdout]).toEqual([1, "1\n"]);
    expect((await cli(["twice"])).stdout).toBe("one\ntwo\n");
  });

  it("[CLI-6] an answer that is no ends with its number, without an error", async () => {
    expect(await cli(["no"])).toEqual({ exitCode: 3, stdout: "", stderr: "" });
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ])("[CLI-16] %s ends with %i, whatever falls over on the way", async (signalName, exitCode) => {
    const interrupt = new AbortController();
    const running = cli(["wait"], { signal: interrupt.signal });
    setImmediate(() => interrupt.abort({ signalName, exitCode }));
    expect(await running).toEqual({ exitCode, stdout: "", stderr: `Interrupted by ${signalName}\n` });
  });
});

describe("output", () => {
  it("[CLI-11] goes to stdout for answers and to stderr for the rest; secrets go nowhere", async () => {
    expect(await cli(["talk"])).toEqual({
      exitCode: 0,
      stdout: "done [redacted]\n",
      stderr: "a note\nwarning: a warning\n",
    });
    expect((await cli(["talk", "-v"])).stderr).toBe("a note\nwarning: a warning\na detail\n");
  });

  it("[CLI-11] --quiet leaves warnings and answers, --json one document", async () => {
    expect(await cli(["talk", "-q"])).toEqual({ exitCode: 0, stdout: "", stderr: "warning: a warning\n" });
    expect((await cli(["greet", "-q", "bob"])).stdout).toBe("Hello bob\n");
    expect(await cli(["talk", "--json"])).toEqual({
      exitCode: 0,
      stdout: '{\n  "done": "[redacted]"\n}\n',
      stderr: "warning: a warning\n",
    });
  });

  it.each([
    ["a terminal", {}, [], true],
    ["a terminal and NO_COLOR", { NO_COLOR: "1" }, [], false],
    ["a terminal and an empty NO_COLOR", { NO_COLOR: "" }, [], true],
    ["a dumb terminal", { TERM: "dumb" }, [], false],
    ["--no-color, which beats FORCE_COLOR", { FORCE_COLOR: "1" }, ["--no-color"], false],
    ["FORCE_COLOR=0", { FORCE_COLOR: "0" }, [], false],
  ])("[CLI-12] colours with %s", async (_what, env, flags, isColoured) => {
    const { stdout } = await cli(["greet", "bob", ...flags], { env, terminal: 80 });
    expect(stdout).toBe(isColoured ? "Hello \x1b[1mbob\x1b[22m\n" : "Hello bob\n");
  });

  it("[CLI-12] a pipe gets no colours unless FORCE_COLOR asks for them", async () => {
    expect((await cli(["greet", "bob"])).stdout).toBe("Hello bob\n");
    expect((await cli(["greet", "bob"], { env: { FORCE_COLOR: "1" } })).stdout).toBe("Hello \x1b[1mbob\x1b[22m\n");
  });

  it("[CLI-14] a reader that goes away ends nothing", async () => {
    const stdout = failing("EPIPE");
    expect(await cli(["twice"], { stdout })).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  it("[CLI-15] a full disk behind stdout is an error", async () => {
    const { exitCode, stderr } = await cli(["twice"], { stdout: failing("ENOSPC") });
    expect([exitCode, stderr.split("\n")[0]]).toEqual([
      6,
      "error DISK_FULL: Cannot write the output: no space is left where it goes",
    ]);
    expect((await cli(["greet", "bob", "--json"], { stdout: failing("EIO") })).exitCode).toBe(1);
  });
});

describe("questions", () => {
  it("[CLI-17] are not asked where nobody can answer", async () => {
    const { exitCode, stdout, stderr } = await cli(["ask"], { stdin: "y\n" });
    expect([exitCode, stdout]).toEqual([2, "true\n"]);
    expect(stderr).toContain('error USAGE: Cannot ask "User name" without a terminal');
  });

  it("[CLI-17] are not asked with --json, also at a terminal", async () => {
    const { exitCode, stdout } = await cli(["ask", "--json"], { terminal: 80 });
    expect([exitCode, JSON.parse(stdout)]).toEqual([2, { answer: true }]);
  });
});

describe("__complete", () => {
  const complete = async (...words: string[]) =>
    (await cli(["__complete", ...words])).stdout.split("\n").filter((line) => line !== "");

  it("[CLI-25] offers commands, options and arguments, each with what it means", async () => {
    expect(await complete("gr")).toEqual(["greet\tbrief of greet"]);
    expect(await complete("greet", "")).toEqual(["alice\tWhom to greet", "bob\tWhom to greet"]);
    expect(await complete("--json", "greet", "b")).toEqual(["bob\tWhom to greet"]);
    expect(await complete("greet", "--d")).toEqual(["--dry-run\tShow what would change, and change nothing"]);
    expect(await complete("greet", "--times", "")).toEqual([]);
    expect(await complete("unknown", "")).toEqual([]);
  });

  it("[CLI-25] offers the names in the lockfile that governs this folder", async () => {
    await using server = await createTestServer();
    const names = async () => {
      const { exitCode, stdout } = await server.run(["__complete", "installed", ""], { commands });
      return [exitCode, stdout];
    };
    expect(await names()).toEqual([0, ""]);
    await writeFile(join(server.root, "roboport.json"), "{}");
    expect(await names()).toEqual([0, ""]);
    await writeFile(join(server.root, LOCKFILE_FILE), lockfileOf(["Big Brother", "flib"]));
    expect(await names()).toEqual([0, "Big Brother\tA mod\nflib\tA mod\n"]);
    await writeFile(join(server.root, LOCKFILE_FILE), "damaged");
    expect(await names()).toEqual([0, ""]);
  });

  it("[CLI-25] offers the names of the installation that the line so far names", async () => {
    await using server = await createTestServer();
    await writeFile(join(server.root, LOCKFILE_FILE), lockfileOf(["flib"]));
    const home = "/home/admin";
    const fromHome = relative(home, server.root);
    const offered = async (...words: string[]) => {
      const { stdout } = await runCli(["__complete", ...words], { commands, cwd: dirname(server.root) });
      return stdout;
    };
    const answer = "flib\tA mod\n";
    expect(await offered("installed", "")).toBe("");
    expect(await offered("--server-dir", server.root, "installed", "")).toBe(answer);
    expect(await offered("installed", "--server-dir=factorio", "f")).toBe(answer);
    expect(await offered("installed", "--mods-dir", "factorio/mods", "")).toBe(answer);
    expect(await offered("installed", "--server-dir", `~/${fromHome}`, "")).toBe(answer);
    expect(await offered("installed", "--server-dir", "factorio", "--server-dir", "nowhere", "")).toBe("");
  });
});

function lockfileOf(names: readonly string[]): string {
  const mods = names.map((name) => ({ name, version: "1.0.0", file: `${name}_1.0.0.zip` }));
  return JSON.stringify({ lockfileVersion: 1, factorio: "2.0.60", builtIns: [], mods });
}

function entry(name: string, command: AnyCommand): CommandEntry {
  return {
    name,
    group: "Choose mods",
    brief: `brief of ${name}`,
    async load() {
      loaded.push(name);
      return { command: defineCommand(command) };
    },
  };
}

function parseTimes(text: string): number {
  const times = Number(text);
  if (!Number.isInteger(times)) throw new Error("it is no number");
  return times;
}

/** A stream that cannot be written to. */
function failing(code: string): Writable {
  return new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
  });
}
