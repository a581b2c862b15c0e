import { defineCommand, many, switchFlag, valueFlag } from "../command.ts";
import { administerRegistry } from "../serve-admin.ts";
import { loadServeConfig, showServeConfig } from "../serve-config.ts";
import { servePortal } from "../serve-portal.ts";
import { parseCount, SERVE_OPTIONS } from "../serve-settings.ts";

const ACTIONS = ["config", "user", "token", "key", "claim", "mirror", "import", "backup", "check", "log"];
const VERBS = ["add", "list", "disable", "revoke", "release"];

export const command = defineCommand({
  details:
    "With --data a registry: mods are published to it by their authors, and everything is kept in that folder. Its users and keys are managed by `serve user|token|key`, its content by `serve import|mirror|claim|backup|check|log`, each with --data. With --world or --mods a portal to read from, for tests. Listens on this machine only, unless --host says otherwise. The first line on stdout is the address to give to --portal. Every option about serving can also stand in roboport-serve.json in the data folder, as filesPort for --files-port, or in the environment, as ROBOPORT_SERVE_FILES_PORT; `serve config` shows what holds and why. Redistributing other people's mods is your responsibility.",
  flags: {
    ...SERVE_OPTIONS,
    config: valueFlag("FILE", "Settings of the server (default: roboport-serve.json in the --data folder)"),
    passwordStdin: switchFlag("user add: read the password from standard input"),
    usage: valueFlag("LIST", "key add: upload, publish, edit, with commas between (default: all)"),
    label: valueFlag("TEXT", "token add, key add: what it is for"),
    list: valueFlag("FILE", "mirror: the names in this file, one in a line"),
    withDependencies: switchFlag("mirror: what the mods need, too"),
    metadataOnly: switchFlag("mirror: no zips"),
    newest: valueFlag("N", "mirror: so many releases of each mod, the newest ones (default: all)", parseCount),
    rate: valueFlag("N", "mirror: requests per second to the upstream (default 1)", parseCount),
    dryRun: switchFlag("mirror: tell what would be fetched", { alias: "n" }),
  },
  positional: many<string>(
    "ACTION",
    "config, user, token, key, claim, mirror, import, backup, check or log, with what they need",
    { minimum: 0, complete: [...ACTIONS, ...VERBS] },
  ),
  examples: [
    ["roboport serve --data /srv/registry --port 8080", "A registry"],
    ["roboport serve user add alice --data /srv/registry", "Somebody who may use it"],
    ["roboport serve key add alice --data /srv/registry", "A key for publishing, which is shown once"],
    ["roboport serve --data /srv/registry --upstream https://mods.factorio.com", "One that fetches what it lacks"],
    [
      "roboport serve mirror space-exploration --with-dependencies --data /srv/registry --upstream https://mods.factorio.com",
      "Copy mods before anybody asks",
    ],
    ["roboport serve config --data /srv/registry", "Every setting, and where it comes from"],
    ["roboport serve --mods ./my-mods --port 8080", "A portal for the zips in a folder"],
    ["roboport serve --world universe.json.gz", "A whole portal out of one file, for tests"],
  ],
  async run(context, flags, ...words) {
    const config = await loadServeConfig(context, flags);
    if (words[0] === "config" && words.length === 1) return showServeConfig(context, config);
    const { data, upstream } = config.values;
    if (words.length > 0) return await administerRegistry(context, { ...flags, data, upstream }, words);
    await servePortal(context, config.values);
  },
});
