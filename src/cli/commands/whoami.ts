import { defineCommand } from "../command.ts";
import { styled } from "../styled.ts";

export const command = defineCommand({
  examples: [["roboport whoami", "The account downloads use, and where it was found"]],
  async run({ output, openSession }) {
    const { whoami } = await import("../../operations/account.ts");
    const account = await whoami(await openSession());
    const check = account.check === "accepted" ? "accepted by" : "not checked by";
    output.data(account, styled`${account.username}, from ${account.source}, ${check} ${account.portal}`);
  },
});
