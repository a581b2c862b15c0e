/** The shells that have a completion script. */
export const COMPLETION_SHELLS = ["bash", "zsh", "fish"] as const;

export type CompletionShell = (typeof COMPLETION_SHELLS)[number];

/**
 * A script that asks `roboport __complete WORDS...` at each Tab; the last word is the one to complete. The answer is one
 * candidate per line, a tab, and what it means. Where there is none, the shell offers files.
 */
export function completionScript(shell: CompletionShell): string {
  return SCRIPTS[shell];
}

const BASH = String.raw`# roboport completion for bash
_roboport() {
  local word words=("$\{COMP_WORDS[@]:1:COMP_CWORD}")
  words=("$\{words[@]//\\/}")
  COMPREPLY=()
  while IFS=$'\t' read -r word _; do
    COMPREPLY+=("$(printf '%q' "$word")")
  done < <("$1" __complete "$\{words[@]}" 2>/dev/null)
}
complete -o default -F _roboport roboport
`;

const ZSH = String.raw`#compdef roboport
# roboport completion for zsh
_roboport() {
  local line
  local -a found
  for line in "$\{(@f)$("$words[1]" __complete "$\{(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n "$line" ]] && found+=("$\{$\{line%%$'\t'*}//:/\\:}:$\{line#*$'\t'}")
  done
  if (( $#found )); then _describe -t candidates candidate found; else _files; fi
}
if [[ "$funcstack[1]" == _roboport ]]; then _roboport "$@"; else compdef _roboport roboport; fi
`;

const FISH = String.raw`# roboport completion for fish
function __roboport_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l found ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
    if count $found >/dev/null
        printf '%s\n' $found
    else
        __fish_complete_path "$current"
    end
end
complete -c roboport -f -a '(__roboport_complete)'
`;

const SCRIPTS: Readonly<Record<CompletionShell, string>> = {
  bash: BASH.replaceAll("$\\{", "${"),
  zsh: ZSH.replaceAll("$\\{", "${"),
  fish: FISH,
};
