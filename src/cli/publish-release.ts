import { resolve } from "node:path";
import type { Remark } from "../game/info-json-check.ts";
import type { ModPackage } from "../operations/package-mod.ts";
import type { Published } from "../operations/publish.ts";
import type { PublishDetails } from "../portal/author.ts";
import type { Secret } from "../portal/secret.ts";
import { RoboportError } from "../errors.ts";
import { listFlag, switchFlag, valueFlag } from "./command.ts";
import type { CommandContext } from "./context.ts";
import { formatBytes, formatCount } from "./quantity.ts";
import { lines, red, styled, type Text, yellow } from "./styled.ts";

/** The options of every command that makes a release. */
export const releaseFlags = {
  dryRun: switchFlag("Pack, check and compare with the portal, but send nothing", { alias: "n" }),
  output: valueFlag("FILE", "Keep the zip here, too"),
  exclude: listFlag("PATTERN", "Leave this out, as .gitignore would; repeatable"),
  strict: switchFlag("Stop at warnings, too"),
} as const;

interface ReleaseWish {
  readonly path: string;
  readonly flags: {
    readonly dryRun: boolean;
    readonly output: string | undefined;
    readonly exclude: readonly string[];
    readonly strict: boolean;
  };
  readonly isNew: boolean;
  readonly details: PublishDetails;
}

/** Pack, check and send a release; tells what is found on the way. */
export async function publishRelease(context: CommandContext, wish: ReleaseWish): Promise<void> {
  const { output, cwd } = context;
  const { path, flags, isNew, details } = wish;
  const { packageMod } = await import("../operations/package-mod.ts");
  const release = await packageMod(resolve(cwd, path), flags.exclude);
  for (const remark of release.remarks) output.note(formatRemark(remark));
  requireClean(release, flags.strict);
  if (flags.output !== undefined) {
    const { writeAtomic } = await import("../store/atomic-file.ts");
    await writeAtomic(resolve(cwd, flags.output), release.bytes);
  }
  const { publish } = await import("../operations/publish.ts");
  const apiKey = await getKey(context);
  const published = await publish(await context.openSession(), release, {
    apiKey,
    isNew,
    details,
    dryRun: flags.dryRun,
  });
  const { name, version, fileName, bytes, remarks, packed } = release;
  const document = { ...published, fileName, size: bytes.byteLength, remarks, ...(packed && { ...packed }) };
  output.outcome(document, () => lines(...packedLines(release), styled`${name} ${version}: ${words(published)}`));
}

/** The author's key, which nothing will print from here on. */
export async function getKey({ env, addSecret }: CommandContext): Promise<Secret> {
  const { getApiKey } = await import("../installation/api-key.ts");
  const key = await getApiKey({ environment: env });
  addSecret(key);
  return key;
}

function packedLines({ packed, bytes, fileName }: ModPackage): readonly Text[] {
  if (!packed) return [];
  const left = packed.excluded.length > 0 ? `, without ${packed.excluded.join(", ")}` : "";
  return [
    `Packed ${formatCount(packed.files.length, "file")} into ${fileName} (${formatBytes(bytes.byteLength)})${left}`,
  ];
}

function words({ outcome, verified }: Published): string {
  if (outcome === "there") return "the portal has it already, with the same content";
  if (outcome === "would-send") return "ready to be sent; nothing was";
  const seen = verified ? "the portal shows it" : "the portal does not show it yet; look again in some minutes";
  return `${outcome}, ${seen}`;
}

function formatRemark({ file, line, severity, text }: Remark): Text {
  const place = line === undefined ? file : `${file}:${line}`;
  return styled`${severity === "error" ? red("error") : yellow("warning")} ${place}: ${text}`;
}

/** @throws {RoboportError} `PUBLISH_REFUSED` */
function requireClean({ name, remarks }: ModPackage, strict: boolean): void {
  const bad = remarks.filter(({ severity }) => strict || severity === "error");
  const [first] = bad;
  if (!first) return;
  throw new RoboportError("PUBLISH_REFUSED", `${name} is not ready to be published: ${first.file}: ${first.text}`, {
    hint: bad.length > 1 ? `Mend all ${bad.length} findings above.` : "Mend it and try again.",
    data: { remarks: bad },
  });
}
