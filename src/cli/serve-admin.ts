import { resolve } from "node:path";
import { exitCodeOf, RoboportError } from "../errors.ts";
import { KEY_USAGES, type KeyUsage, type TokenRecord } from "../registry/storage/accounts.ts";
import type { RegistryData } from "../registry/storage/registry-data.ts";
import type { CommandContext } from "./context.ts";
import { formatCount } from "./quantity.ts";
import { claimNames, listClaims, releaseClaims } from "./serve-claims.ts";
import { type MirrorFlags, mirrorMods } from "./serve-mirror.ts";
import { dim, lines, type Styled, styled, type Text } from "./styled.ts";
import { formatTable } from "./table.ts";

/** The options that managing a registry takes. */
export interface AdminFlags extends MirrorFlags {
  readonly data: string | undefined;
  readonly passwordStdin: boolean;
  readonly usage: string | undefined;
  readonly label: string | undefined;
}

interface Job extends AdminFlags {
  readonly context: CommandContext;
  readonly registry: RegistryData;
  /** What follows the action on the command line. */
  readonly words: readonly string[];
}

const ACTIONS: Readonly<Record<string, (job: Job) => Promise<number | void>>> = {
  "user add": addUser,
  "user list": listUsers,
  "user disable": disableUser,
  "token add": (job) => addToken(job, "portal"),
  "token list": listTokens,
  "token revoke": revokeToken,
  "key add": (job) => addToken(job, "key"),
  "key list": listTokens,
  "key revoke": revokeToken,
  "claim list": listClaims,
  "claim release": releaseClaims,
  claim: claimNames,
  mirror: mirrorMods,
  import: importFile,
  backup: backUp,
  check,
  log: showLog,
};

/** What may be the first thing that is done to a registry, and makes it. */
const MAKING: readonly string[] = ["user add", "claim", "mirror", "import"];

/** Open a registry's folder for the length of a command. */
export async function openData({ cwd, clock, monotonic }: CommandContext, dir: string): Promise<RegistryData> {
  const { openRegistryData } = await import("../registry/storage/registry-data.ts");
  return openRegistryData(resolve(cwd, dir), { clock: () => clock().toISOString(), now: monotonic });
}

/**
 * Manage a registry, which may be served meanwhile.
 *
 * @throws {RoboportError} `USAGE` for an action that is none, and what the action throws.
 * @see rules ADMIN-1 to ADMIN-3
 */
export async function administerRegistry(
  context: CommandContext,
  flags: AdminFlags,
  words: readonly string[],
): Promise<number | void> {
  const name = [words.slice(0, 2).join(" "), words[0] ?? ""].find((each) => each in ACTIONS);
  const action = name === undefined ? undefined : ACTIONS[name];
  if (name === undefined || !action) {
    throw new RoboportError("USAGE", `Cannot understand "serve ${words.join(" ").slice(0, 80)}"`, {
      hint: `Use one of: ${Object.keys(ACTIONS).join(", ")}.`,
    });
  }
  if (flags.data === undefined) {
    throw new RoboportError("USAGE", `"serve ${name}" needs to know which registry`, {
      hint: "Name its folder with --data.",
    });
  }
  if (!MAKING.includes(name)) await requireRegistry(resolve(context.cwd, flags.data));
  const registry = await openData(context, flags.data);
  try {
    return await action({ ...flags, context, registry, words: words.slice(name.split(" ").length) });
  } finally {
    registry.close();
  }
}

/**
 * A folder that was mistyped has no registry, and does not get one by looking.
 *
 * @throws {RoboportError} `USAGE`
 * @see rule ADMIN-4
 */
async function requireRegistry(dir: string): Promise<void> {
  const { hasRegistry } = await import("../registry/storage/registry-data.ts");
  if (await hasRegistry(dir)) return;
  throw new RoboportError("USAGE", `There is no registry in ${dir}`, {
    hint: "Correct --data; `roboport serve user add NAME` makes one there.",
  });
}

async function addUser({ context, registry, words, passwordStdin }: Job): Promise<void> {
  const name = only(words, "a user name");
  const password = passwordStdin ? await readLine(context) : undefined;
  await registry.accounts.addUser(name, password);
  registry.audit.add({ user: undefined, action: "add-user", subject: name, data: {} });
  context.output.outcome({ user: name }, styled`Added ${name}`);
}

async function listUsers({ context, registry }: Job): Promise<void> {
  const users = registry.accounts.users();
  const rows = users.map(({ name, createdAt, disabledAt }) => [name, createdAt, disabledAt ? "disabled" : ""]);
  context.output.data({ users }, () => table(["USER", "SINCE", ""], rows));
}

async function disableUser({ context, registry, words }: Job): Promise<void> {
  const name = only(words, "a user name");
  if (!registry.accounts.disableUser(name)) throw notThere("user", name);
  registry.audit.add({ user: undefined, action: "disable-user", subject: name, data: {} });
  context.output.outcome({ user: name, disabled: true }, styled`Disabled ${name}; tokens and keys work no more`);
}

async function addToken({ context, registry, words, usage, label }: Job, kind: "portal" | "key"): Promise<void> {
  const user = only(words, "a user name");
  const usages = kind === "key" ? parseUsages(usage) : [];
  const token = registry.accounts.createToken({ user, kind, usages, label });
  registry.audit.add({
    user: undefined,
    action: `add-${kind === "key" ? "key" : "token"}`,
    subject: user,
    data: { usages },
  });
  context.output.data({ user, kind, usages, token }, token);
  context.output.note("This is shown once; keep it in a safe place");
}

async function listTokens({ context, registry }: Job): Promise<void> {
  const tokens = registry.accounts.tokens();
  context.output.data({ tokens }, () => table(["ID", "USER", "KIND", "LABEL", "LAST USED", ""], tokens.map(tokenRow)));
}

function tokenRow({ id, user, kind, usages, label, lastUsedAt, revokedAt }: TokenRecord): readonly string[] {
  const what = kind === "key" ? `key: ${usages.join(", ")}` : "token";
  return [id, user, what, label, lastUsedAt?.slice(0, 10) ?? "never", revokedAt ? "revoked" : ""];
}

async function revokeToken({ context, registry, words }: Job): Promise<void> {
  const id = only(words, "the id of a token");
  if (!registry.accounts.revokeToken(id)) throw notThere("token", id);
  registry.audit.add({ user: undefined, action: "revoke", subject: id, data: {} });
  context.output.outcome({ id, revoked: true }, styled`Revoked ${id}`);
}

async function importFile({ context, registry, words }: Job): Promise<void> {
  const { importMods } = await import("../registry/import-mods.ts");
  const file = resolve(context.cwd, only(words, "a file"));
  const imported = await importMods(registry, file, ({ file: bad, reason }) =>
    context.output.warn(`Left out ${bad}: ${reason}`),
  );
  registry.audit.add({ user: undefined, action: "import", subject: file, data: { mods: imported.mods } });
  const kept = imported.kept.length > 0 ? `; ${formatCount(imported.kept.length, "mod")} published here stay` : "";
  context.output.outcome(
    imported,
    `Imported ${formatCount(imported.mods, "mod")} with ${formatCount(imported.releases, "release")}${kept}`,
  );
}

async function backUp({ context, registry, words }: Job): Promise<void> {
  const { backUpDatabase } = await import("../registry/storage/back-up.ts");
  const file = resolve(context.cwd, only(words, "a file that is not there yet"));
  await backUpDatabase(registry.db, file);
  context.output.outcome(
    { file },
    styled`The database is in ${file}; zips and pictures never change, copy blobs-v1/ and assets/ beside it`,
  );
}

async function check({ context, registry }: Job): Promise<number | void> {
  const { checkRegistry } = await import("../registry/check-registry.ts");
  const { releases, missing, damaged } = await checkRegistry(registry);
  const bad = [...missing.map((each) => `${each}: missing`), ...damaged.map((each) => `${each}: damaged`)];
  const text = (): Styled => lines(...bad, `${formatCount(releases, "zip")} looked at, ${bad.length} bad`);
  context.output.data({ ok: bad.length === 0, releases, missing, damaged }, text);
  if (bad.length > 0) return exitCodeOf("STORE_DAMAGED");
}

async function showLog({ context, registry, words }: Job): Promise<void> {
  const entries = registry.audit.last(words[0] === undefined ? 50 : Number(words[0]) || 50);
  const rows = entries.map(({ at, user, action, subject }) => [at, user ?? "operator", action, subject]);
  context.output.data({ entries }, () => table(["AT", "WHO", "WHAT", ""], rows));
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): Styled {
  if (rows.length === 0) return lines(dim("None"));
  return lines(...formatTable(rows, { head: titles.map((title): Text => dim(title)), columns: undefined }));
}

/** @throws {RoboportError} `USAGE` */
function only(words: readonly string[], what: string): string {
  const [word] = words;
  if (word !== undefined && words.length === 1) return word;
  throw new RoboportError("USAGE", `Expected ${what} and nothing else`, { hint: "Run `roboport serve --help`." });
}

function parseUsages(text: string | undefined): readonly KeyUsage[] {
  if (text === undefined) return KEY_USAGES;
  const words = text.split(",").map((word) => word.trim());
  const usages = KEY_USAGES.filter((usage) => words.includes(usage));
  if (usages.length === words.length) return usages;
  throw new RoboportError("USAGE", `Cannot use ${JSON.stringify(text.slice(0, 80))} as usages`, {
    hint: `Give some of ${KEY_USAGES.join(", ")}, with commas between.`,
  });
}

function notThere(kind: string, name: string): RoboportError {
  return new RoboportError("USAGE", `There is no active ${kind} ${JSON.stringify(name.slice(0, 80))}`, {
    hint: `Run \`roboport serve ${kind} list\`.`,
  });
}

async function readLine({ stdin, addSecret }: CommandContext): Promise<string> {
  const { Secret } = await import("../portal/secret.ts");
  let text = "";
  for await (const piece of stdin) {
    text += String(piece);
    if (text.length > 4096) break;
  }
  const line = text.replace(/\r?\n$/, "");
  if (line === "" || line.length > 1024 || /[\r\n]/.test(line)) {
    throw new RoboportError("USAGE", "Found no password on standard input", { hint: "Pipe one line that holds it." });
  }
  addSecret(new Secret(line));
  return line;
}
