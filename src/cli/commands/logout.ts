import { defineCommand } from "../command.ts";

export const command = defineCommand({
  examples: [["roboport logout", "Remove what login stored; other sources of credentials stay"]],
  async run({ output, openSession }) {
    const { logout } = await import("../../operations/account.ts");
    const removed = await logout(await openSession());
    output.outcome({ removed: removed ?? null }, removed ? `Removed ${removed}` : "No credentials were stored");
  },
});
