import type { StoreEvent } from "../store/events.ts";
import { type ActiveDownload, createDownloadTally, type DownloadTotals } from "./download-tally.ts";
import { formatBytes, formatDuration } from "./quantity.ts";
import type { Sink } from "./sink.ts";
import { cyan, dim, lines, type Styled, styled, type Text } from "./styled.ts";
import { formatTable } from "./table.ts";

/** Shows what the store reports. */
export interface Progress {
  readonly onEvent: (event: StoreEvent) => void;
  /** Take the bars away, so that something else can be printed. */
  clear(): void;
}

export interface ProgressOptions {
  /** Bars that move (a terminal), a line now and then (a pipe or a log), or nothing. */
  readonly mode: "bars" | "lines" | "none";
  readonly unicode: boolean;
  /** Width of the terminal. */
  readonly columns: () => number;
  /** Milliseconds, never going back. */
  readonly monotonic: () => number;
}

const REDRAW_EVERY = 100;
const LINE_EVERY = 10_000;
const BARS_MAX = 6;
const BAR_WIDTH = 24;
const BAR_COLUMNS_MIN = 72;

/** Progress of downloads, fed with the store's events. */
export function openProgress(sink: Pick<Sink, "raw" | "write">, options: ProgressOptions): Progress {
  if (options.mode === "none") return { onEvent: () => {}, clear: () => {} };
  return options.mode === "bars" ? openBars(sink, options) : openLines(sink, options);
}

function openBars(sink: Pick<Sink, "raw" | "write">, options: ProgressOptions): Progress {
  const tally = createDownloadTally();
  let drawnAt = Number.NEGATIVE_INFINITY;
  let drawnLines = 0;
  const clear = (): void => {
    if (drawnLines > 0) sink.raw(`\x1b[${drawnLines}A\x1b[J`);
    drawnLines = 0;
  };
  return {
    clear,
    onEvent(event) {
      const now = options.monotonic();
      tally.add(event, now);
      if (now - drawnAt < REDRAW_EVERY) return;
      drawnAt = now;
      clear();
      const bars = formatBars(tally.active(), tally.totals(), { unicode: options.unicode, columns: options.columns() });
      if (bars.length === 0) return;
      sink.write(lines(bars));
      drawnLines = bars.length;
    },
  };
}

function openLines(sink: Pick<Sink, "write">, { monotonic }: ProgressOptions): Progress {
  const tally = createDownloadTally();
  let writtenAt: number | undefined;
  return {
    clear: () => {},
    onEvent(event) {
      const now = monotonic();
      tally.add(event, now);
      writtenAt ??= now;
      if (now - writtenAt < LINE_EVERY) return;
      writtenAt = now;
      const totals = tally.totals();
      if (totals.done < totals.files) sink.write(styled`Downloading: ${formatTotals(totals)}`);
    },
  };
}

interface BarLayout {
  readonly unicode: boolean;
  readonly columns: number;
}

/** One line per file on its way and one for all of them. */
function formatBars(
  active: readonly ActiveDownload[],
  totals: DownloadTotals,
  { unicode, columns }: BarLayout,
): readonly Styled[] {
  if (active.length === 0) return [];
  const bar = (received: number, size: number | undefined): readonly Text[] =>
    columns < BAR_COLUMNS_MIN ? [] : [formatBar(size ? received / size : 0, unicode)];
  const rows = active
    .slice(0, BARS_MAX)
    .map(({ id, received, size }) => [
      id,
      ...bar(received, size),
      `${formatBytes(received)}${size === undefined ? "" : ` of ${formatBytes(size)}`}`,
    ]);
  const all = ["Total", ...bar(totals.received, totals.size), formatTotals(totals)];
  return formatTable([...rows, all], { columns: columns - 1 });
}

function formatTotals({ done, files, received, size, rate, left }: DownloadTotals): string {
  const speed = rate ? [`${formatBytes(Math.round(rate))}/s`] : [];
  const rest = left === undefined ? [] : [`${formatDuration(left)} left`];
  return [`${done} of ${files} files`, `${formatBytes(received)} of ${formatBytes(size)}`, ...speed, ...rest].join(
    ", ",
  );
}

function formatBar(share: number, unicode: boolean): Styled {
  const full = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH);
  const [done, open] = unicode ? ["█", "░"] : ["#", "-"];
  return styled`${cyan(done.repeat(full))}${dim(open.repeat(BAR_WIDTH - full))}`;
}
