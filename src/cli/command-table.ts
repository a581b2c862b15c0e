import type { AnyCommand } from "./command.ts";

/** A command as the overview knows it; its module is loaded only when it runs, or when its help or completion is asked for. */
export interface CommandEntry {
  readonly name: string;
  readonly group: CommandGroup;
  /** One imperative sentence without a full stop. */
  readonly brief: string;
  readonly load: () => Promise<{ readonly command: AnyCommand }>;
}

/** What a person wants to do, in the order of the overview. */
export const COMMAND_GROUPS = [
  "Get going",
  "Choose mods",
  "Look around",
  "The game",
  "Decide first, change later",
  "Portal",
  "Shell",
] as const;

export type CommandGroup = (typeof COMMAND_GROUPS)[number];

/** Every command, in the order of the overview. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "init",
    group: "Get going",
    brief: "Adopt an installation: find mods, game version and credentials, write roboport.json",
    load: () => import("./commands/init.ts"),
  },
  {
    name: "install",
    group: "Get going",
    brief: "Make the mods folder equal the lockfile",
    load: () => import("./commands/install.ts"),
  },
  {
    name: "add",
    group: "Choose mods",
    brief: "Add mods with everything they need",
    load: () => import("./commands/add.ts"),
  },
  {
    name: "remove",
    group: "Choose mods",
    brief: "Remove mods and what only they needed",
    load: () => import("./commands/remove.ts"),
  },
  {
    name: "update",
    group: "Choose mods",
    brief: "Move to the newest releases that fit together",
    load: () => import("./commands/update.ts"),
  },
  {
    name: "import",
    group: "Choose mods",
    brief: "Run the mods of a save, a mod-list.json or a log",
    load: () => import("./commands/import.ts"),
  },
  {
    name: "export",
    group: "Choose mods",
    brief: "Hand on the installed mods: as a mod-list.json, as one zip, or as addresses",
    load: () => import("./commands/export.ts"),
  },
  {
    name: "enable",
    group: "Choose mods",
    brief: "Enable installed mods with what they need",
    load: () => import("./commands/enable.ts"),
  },
  {
    name: "disable",
    group: "Choose mods",
    brief: "Disable mods without removing them",
    load: () => import("./commands/disable.ts"),
  },
  {
    name: "settings",
    group: "Choose mods",
    brief: "Read and change the settings of mods without the game",
    load: () => import("./commands/settings.ts"),
  },
  {
    name: "list",
    group: "Look around",
    brief: "List the installed mods",
    load: () => import("./commands/list.ts"),
  },
  {
    name: "outdated",
    group: "Look around",
    brief: "List mods with newer releases",
    load: () => import("./commands/outdated.ts"),
  },
  {
    name: "why",
    group: "Look around",
    brief: "Explain what a mod is installed for",
    load: () => import("./commands/why.ts"),
  },
  {
    name: "why-not",
    group: "Look around",
    brief: "Explain why a release was not chosen, and what would have to give",
    load: () => import("./commands/why-not.ts"),
  },
  {
    name: "info",
    group: "Look around",
    brief: "Show what the portal knows about a mod",
    load: () => import("./commands/info.ts"),
  },
  {
    name: "changelog",
    group: "Look around",
    brief: "Show what versions of a mod changed",
    load: () => import("./commands/changelog.ts"),
  },
  {
    name: "search",
    group: "Look around",
    brief: "Search the portal for mods",
    load: () => import("./commands/search.ts"),
  },
  {
    name: "verify",
    group: "Look around",
    brief: "Check every installed file against the lockfile",
    load: () => import("./commands/verify.ts"),
  },
  {
    name: "audit",
    group: "Look around",
    brief: "Check whether the game would load the mods as they are",
    load: () => import("./commands/audit.ts"),
  },
  {
    name: "doctor",
    group: "Look around",
    brief: "Look for everything that can be wrong with a server, and say what to do about it",
    load: () => import("./commands/doctor.ts"),
  },
  {
    name: "cache",
    group: "Look around",
    brief: "Show, check or empty the store of downloaded zips",
    load: () => import("./commands/cache.ts"),
  },
  {
    name: "save",
    group: "Look around",
    brief: "Show what a save was made with, and how the server differs from it",
    load: () => import("./commands/save.ts"),
  },
  {
    name: "log",
    group: "Look around",
    brief: "Show the requests, mods or errors in a log of the game",
    load: () => import("./commands/log.ts"),
  },
  {
    name: "game",
    group: "The game",
    brief: "List, install and update the headless server itself",
    load: () => import("./commands/game.ts"),
  },
  {
    name: "run",
    group: "The game",
    brief: "Bring the mods up to date, start the server, and go back when it does not come up",
    load: () => import("./commands/run.ts"),
  },
  {
    name: "plan",
    group: "Decide first, change later",
    brief: "Show what install would change, or save it as a file",
    load: () => import("./commands/plan.ts"),
  },
  {
    name: "apply",
    group: "Decide first, change later",
    brief: "Carry out a saved plan",
    load: () => import("./commands/apply.ts"),
  },
  {
    name: "history",
    group: "Decide first, change later",
    brief: "List the states that can be returned to",
    load: () => import("./commands/history.ts"),
  },
  {
    name: "rollback",
    group: "Decide first, change later",
    brief: "Return to an earlier state",
    load: () => import("./commands/rollback.ts"),
  },
  {
    name: "solve",
    group: "Decide first, change later",
    brief: "Solve over a universe file, without installation or network",
    load: () => import("./commands/solve.ts"),
  },
  {
    name: "login",
    group: "Portal",
    brief: "Store portal credentials for this user",
    load: () => import("./commands/login.ts"),
  },
  {
    name: "logout",
    group: "Portal",
    brief: "Forget the stored credentials",
    load: () => import("./commands/logout.ts"),
  },
  {
    name: "whoami",
    group: "Portal",
    brief: "Show whose credentials are used, and where they come from",
    load: () => import("./commands/whoami.ts"),
  },
  {
    name: "bookmarks",
    group: "Portal",
    brief: "List or change the bookmarks of the account",
    load: () => import("./commands/bookmarks.ts"),
  },
  {
    name: "publish",
    group: "Portal",
    brief: "Pack a mod, check it, and publish it",
    load: () => import("./commands/publish.ts"),
  },
  {
    name: "upload",
    group: "Portal",
    brief: "Add a release to a mod of yours",
    load: () => import("./commands/upload.ts"),
  },
  {
    name: "edit",
    group: "Portal",
    brief: "Change what the page of a mod of yours says",
    load: () => import("./commands/edit.ts"),
  },
  {
    name: "images",
    group: "Portal",
    brief: "List or change the images of a mod",
    load: () => import("./commands/images.ts"),
  },
  {
    name: "serve",
    group: "Portal",
    brief: "Run a mod portal of your own",
    load: () => import("./commands/serve.ts"),
  },
  {
    name: "api",
    group: "Portal",
    brief: "Print what is known of Factorio's web APIs, for machines or for the wiki",
    load: () => import("./commands/api.ts"),
  },
  {
    name: "capture",
    group: "Portal",
    brief: "Record what the game or a client asks of factorio.com, and what of it is not known",
    load: () => import("./commands/capture.ts"),
  },
  {
    name: "completion",
    group: "Shell",
    brief: "Print a completion script for bash, zsh or fish",
    load: () => import("./commands/completion.ts"),
  },
];
