import { hasColour, hasUnicode } from "./colour.ts";
import type { OutputFlags } from "./command-line.ts";
import { openProgress, type Progress } from "./progress.ts";
import { openSink } from "./sink.ts";
import { styled, type Text, yellow } from "./styled.ts";
import { formatDocument } from "./term-text.ts";
import type { OutputStream, World } from "./world.ts";

/** Where a command's words go: answers to stdout, everything else to stderr. */
export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Width of the terminal that shows stdout; undefined in a pipe, where nothing is shortened. */
  readonly columns: number | undefined;
  /** Whether box-drawing characters arrive well. */
  readonly unicode: boolean;
  /** The answer: with --json exactly the document, once per run; else the text, also with --quiet. */
  data(document: unknown, text: Text | (() => Text)): void;
  /** What a command did: like {@link data}, but --quiet drops the text. */
  outcome(document: unknown, text: Text | (() => Text)): void;
  /** One line of an answer that comes over time (`serve`); nothing with --json. */
  line(text: Text): void;
  /** Something good to know, on stderr; not with --quiet or --json. */
  note(text: Text): void;
  /** Something to look after, on stderr. */
  warn(text: Text): void;
  /** Only with --verbose, on stderr. */
  detail(text: Text): void;
  /** One line for programs to read, on stderr, whatever else is shown. */
  log(line: string): void;
  /** Bars on a terminal, lines in a pipe, nothing with --quiet or --json. */
  readonly progress: Progress;
}

/** An {@link Output} with what only the shell may do with it. */
export interface OpenOutput extends Output {
  /** Whether stdout holds something already. */
  readonly answered: boolean;
  error(text: Text): void;
  /**
   * Wait until everything is written.
   *
   * @throws {RoboportError} `DISK_FULL` or the system's error when stdout could not be written; a closed pipe is none.
   */
  close(): Promise<void>;
}

interface OutputOptions {
  readonly flags: OutputFlags;
  readonly redact: (text: string) => string;
}

/** The output of one run. */
export function openOutput(world: World, { flags, redact }: OutputOptions): OpenOutput {
  const { json, quiet, verbose, noColor } = flags;
  const sink = (stream: OutputStream) =>
    openSink(stream, { redact, colour: hasColour(stream, { env: world.env, noColor }) });
  const stdout = sink(world.stdout);
  const stderr = sink(world.stderr);
  const unicode = hasUnicode(world.env);
  const progress = openProgress(stderr, {
    mode: json || quiet ? "none" : world.stderr.isTTY === true ? "bars" : "lines",
    unicode,
    columns: () => world.stderr.columns ?? 80,
    monotonic: world.monotonic,
  });
  let answered = false;

  function answer(document: unknown, text: Text | (() => Text), isShown: boolean): void {
    if (json && answered) throw new Error("A command answered twice with --json");
    answered = true;
    progress.clear();
    if (json) stdout.raw(formatDocument(document));
    else if (isShown) stdout.write(typeof text === "function" ? text() : text);
  }
  function say(text: Text): void {
    progress.clear();
    stderr.write(text);
  }

  return {
    json,
    quiet,
    verbose,
    columns: world.stdout.isTTY ? world.stdout.columns : undefined,
    unicode,
    progress,
    get answered() {
      return answered;
    },
    data: (document, text) => answer(document, text, true),
    outcome: (document, text) => answer(document, text, !quiet),
    line(text) {
      if (!json) stdout.write(text);
    },
    note(text) {
      if (!quiet && !json) say(styled`${text}`);
    },
    warn: (text) => say(styled`${yellow("warning:")} ${text}`),
    detail(text) {
      if (verbose) say(styled`${text}`);
    },
    log: (line) => stderr.raw(`${line}\n`),
    error: say,
    async close() {
      progress.clear();
      await Promise.all([stdout.close(), stderr.close()]);
    },
  };
}
