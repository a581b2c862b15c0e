import { isRoboportError } from "../errors.ts";
import type { Observer } from "../registry/http/front.ts";
import { openRequestLog } from "../registry/http/request-log.ts";
import type { CommandContext } from "./context.ts";

/** What a server writes on stderr while it runs. */
export interface ServeLog {
  /** Writes requests down; none does with `off`. */
  readonly observers: readonly Observer[];
  /** Something that happened to the server itself. */
  event(name: string, facts: Readonly<Record<string, unknown>>): void;
  /** Something went wrong while a request was answered, which goes on or ends in 500 or 503. */
  trouble(what: string, error: Error, requestId?: string): void;
  /** Something to look after. */
  warn(text: string): void;
}

/** A log in this format; but for JSON, what is wrong is told as every command does. */
export function openServeLog({ output, clock }: CommandContext, format: "json" | "text" | "off"): ServeLog {
  const writeJson = (level: string, msg: string, facts: object) =>
    output.log(JSON.stringify({ time: clock().toISOString(), level, msg, ...facts }));
  return {
    observers: format === "off" ? [] : [openRequestLog({ format, write: (line) => output.log(line), clock })],
    event: (name, facts) => {
      if (format === "json") writeJson("info", name, facts);
      if (format === "text")
        output.log(
          [clock().toISOString(), name, ...Object.values(facts).filter((each) => each !== undefined)].join(" "),
        );
    },
    trouble: (what, error, id) => {
      const code = isRoboportError(error) ? error.code : error.name;
      if (format === "json") writeJson("error", what, { id, code, error: error.message });
      else output.warn(`${what}: ${error.message}${id === undefined ? "" : ` (request ${id})`}`);
    },
    warn: (text) => {
      if (format === "json") writeJson("warn", text, {});
      else output.warn(text);
    },
  };
}
