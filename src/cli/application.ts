import {
  type Application,
  buildApplication,
  buildRouteMap,
  type CommandContext as StricliContext,
  text_en,
} from "@stricli/core";
import type { AnyCommand } from "./command.ts";
import type { CommandEntry } from "./command-table.ts";
import { type ParsedCall, stricliCommand } from "./stricli-command.ts";
import { unknownCommandError, usageError } from "./usage-error.ts";

export interface ApplicationOptions {
  readonly commands: readonly CommandEntry[];
  /** The one command whose module was loaded. */
  readonly chosen: { readonly entry: CommandEntry; readonly command: AnyCommand } | undefined;
  readonly call: ParsedCall;
  readonly showHelp: () => void;
  readonly showVersion: () => void;
  /** What completion offers where a name of an installed mod is asked for; nothing when absent. */
  readonly installedMods?: () => Promise<readonly string[]>;
}

const NO_PARAMETERS: AnyCommand = { examples: [], run: async () => {} };

/**
 * The parser's view of all commands. Only the chosen one has its options: the others are names to be mistaken for.
 *
 * Every failure is thrown, so that one place reports them all.
 */
export function openApplication(options: ApplicationOptions): Application<StricliContext> {
  const { commands, chosen, call, installedMods = async () => [] } = options;
  const routes = commands.map((entry) => {
    const command = entry === chosen?.entry ? chosen.command : NO_PARAMETERS;
    return [entry.name, stricliCommand(command, { brief: entry.brief, call, installedMods })] as const;
  });
  return buildApplication(
    buildRouteMap({ routes: Object.fromEntries(routes), docs: { brief: "roboport" } }),
    {
      name: "roboport",
      scanner: {
        caseStyle: "original",
        allowArgumentEscapeSequence: true,
        distanceOptions: { threshold: 3, weights: { insertion: 1, deletion: 2, substitution: 2, transposition: 1 } },
      },
      localization: { text: throwingText(chosen?.entry.name ?? "") },
    },
    {
      help: {
        flag: {
          brief: "Show this page",
          aliases: ["h"],
          global: true,
          complete: true,
          defaultForRouteMap: true,
          run: options.showHelp,
        },
      },
      version: { flag: { brief: "Show the version", aliases: ["V"], run: options.showVersion } },
    },
  );
}

function throwingText(command: string): typeof text_en {
  const rethrow = (error: unknown): never => {
    throw error;
  };
  return {
    ...text_en,
    exceptionWhileParsingArguments: (error) => rethrow(usageError(error, command)),
    exceptionWhileLoadingCommandFunction: rethrow,
    exceptionWhileLoadingCommandContext: rethrow,
    exceptionWhileRunningCommand: rethrow,
    exceptionWhileRunningIntegrationFlag: ({ exception }) => rethrow(exception),
    noCommandRegisteredForInput: ({ input, corrections }) =>
      rethrow(
        unknownCommandError(
          input,
          corrections.map((name) => name.replaceAll("`", "")),
        ),
      ),
  };
}
