import { defineCommand, oneOf, required } from "../command.ts";
import { COMPLETION_SHELLS, completionScript } from "../completion.ts";

export const command = defineCommand({
  details: "At each Tab the script asks roboport itself what fits, names of installed mods included.",
  positional: [
    required("SHELL", "bash, zsh or fish", { complete: COMPLETION_SHELLS, parse: oneOf(COMPLETION_SHELLS) }),
  ],
  examples: [
    ["roboport completion bash > ~/.local/share/bash-completion/completions/roboport", "For your user, with bash"],
    ["roboport completion zsh > ~/.zfunc/_roboport", "With zsh, where ~/.zfunc is in fpath"],
    ["roboport completion fish > ~/.config/fish/completions/roboport.fish", "With fish"],
  ],
  async run({ output }, _flags, shell) {
    const script = completionScript(shell);
    output.data({ shell, script }, script.trimEnd());
  },
});
