import { DURATIONS, type Traffic } from "./traffic.ts";

/** A number that is asked for when somebody looks. */
export interface Gauge {
  /** `roboport_mods` */
  readonly name: string;
  readonly help: string;
  readonly read: () => number | Promise<number>;
}

/** Media type of what {@link openMetrics} gives. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Numbers about a running portal in Prometheus' text format: requests, what `gauges` say, and the process.
 *
 * @see rule HTTP-33
 */
export function openMetrics(traffic: Traffic, gauges: readonly Gauge[]): () => Promise<string> {
  let processMetrics: (() => Promise<string>) | undefined;
  return async () => {
    processMetrics ??= await openProcessMetrics();
    const readings = await Promise.all(gauges.map(readGauge));
    return [...trafficMetrics(traffic), ...readings, await processMetrics()].join("\n");
  };
}

async function readGauge({ name, help, read }: Gauge): Promise<string> {
  return family(name, { help, type: "gauge" }, [`${name} ${await read()}`]);
}

async function openProcessMetrics(): Promise<() => Promise<string>> {
  // Bundled or not, what a CommonJS module exports is its default.
  const { default: prometheus } = await import("prom-client");
  const registry = new prometheus.Registry();
  prometheus.collectDefaultMetrics({ register: registry });
  return () => registry.metrics();
}

const REQUESTS = "roboport_http_requests_total";
const BYTES = "roboport_http_sent_bytes_total";
const SECONDS = "roboport_http_request_duration_seconds";

function trafficMetrics({ kinds }: Traffic): readonly string[] {
  const all = [...kinds];
  const requests = all.flatMap(([kind, { statuses }]) =>
    Array.from(statuses, ([status, count]) => `${REQUESTS}{kind="${kind}",status="${status}"} ${count}`),
  );
  const bytes = all.map(([kind, traffic]) => `${BYTES}{kind="${kind}"} ${traffic.bytes}`);
  const seconds = all.flatMap(([kind, traffic]) => durationLines(kind, traffic));
  return [
    family(
      REQUESTS,
      { help: "Requests that were answered; status 0 for those that went away", type: "counter" },
      requests,
    ),
    family(BYTES, { help: "Bytes that were sent, heads of answers included", type: "counter" }, bytes),
    family(SECONDS, { help: "From the head of a request to the end of its answer", type: "histogram" }, seconds),
  ];
}

function durationLines(kind: string, { durations, seconds }: { durations: readonly number[]; seconds: number }) {
  let count = 0;
  const buckets = durations.map((each, place) => {
    count += each;
    return `${SECONDS}_bucket{kind="${kind}",le="${DURATIONS[place] ?? "+Inf"}"} ${count}`;
  });
  return [...buckets, `${SECONDS}_sum{kind="${kind}"} ${seconds}`, `${SECONDS}_count{kind="${kind}"} ${count}`];
}

function family(name: string, { help, type }: { help: string; type: string }, lines: readonly string[]): string {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ""].join("\n");
}
