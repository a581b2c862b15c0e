import { RoboportError } from "../../errors.ts";
import { parseModName } from "../../game/mod-name.ts";
import { CATEGORIES, TAGS } from "../../portal/contract/mod.ts";
import { defineCommand, listFlag, required, valueFlag } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { readInputFile } from "../input-file.ts";
import { getKey } from "../publish-release.ts";
import { styled } from "../styled.ts";

export const command = defineCommand({
  details: `What is not named stays as it is. Categories: ${CATEGORIES.join(", ")}. Tags: ${TAGS.join(", ")}.`,
  flags: {
    title: valueFlag("TEXT", "1 to 250 characters"),
    summary: valueFlag("TEXT", "At most 500 characters"),
    descriptionFile: valueFlag("FILE", "Markdown for the page"),
    faqFile: valueFlag("FILE", "Markdown with questions and answers"),
    category: valueFlag("CATEGORY", "One category"),
    tag: listFlag("TAG", "All tags the mod shall have; repeatable"),
    license: valueFlag("ID", "default_mit, default_gnugplv3, … or custom_ID"),
    homepage: valueFlag("URL", "http or https"),
    sourceUrl: valueFlag("URL", "Where the source code is"),
    deprecated: valueFlag("YES|NO", "Give the mod up, or take it up again", parseTruth),
  },
  positional: [required("NAME", "A mod of yours", { parse: parseModName })],
  examples: [["roboport edit my-mod --summary 'Lamps over belts' --tag logistics --tag power", "Change its page"]],
  async run(context, flags, name) {
    const { title, summary, category, tag, license, homepage, sourceUrl, deprecated } = flags;
    const [description, faq] = await Promise.all([text(context, flags.descriptionFile), text(context, flags.faqFile)]);
    const tags = tag.length > 0 ? tag : undefined;
    const changes = { title, summary, description, faq, category, tags, license, homepage, sourceUrl, deprecated };
    const changed = Object.entries(changes).flatMap(([field, value]) => (value === undefined ? [] : [field]));
    if (changed.length === 0) throw nothingToDo();
    const { editMod } = await import("../../operations/edit-mod.ts");
    const apiKey = await getKey(context);
    await editMod(await context.openSession(), { name, changes, apiKey });
    context.output.outcome({ name, changed }, styled`Changed ${changed.join(", ")} of ${name}`);
  },
});

async function text(context: CommandContext, file: string | undefined): Promise<string | undefined> {
  return file === undefined ? undefined : (await readInputFile(context, file)).toString("utf8");
}

function parseTruth(word: string): boolean {
  if (word === "yes" || word === "true") return true;
  if (word === "no" || word === "false") return false;
  throw new RangeError("expected yes or no");
}

function nothingToDo(): RoboportError {
  return new RoboportError("USAGE", "Nothing to change was named", {
    hint: "Give at least one of the options, such as --summary.",
  });
}
