import { dim, joined, type Styled, styled, type Text } from "./styled.ts";

export interface TreeNode {
  readonly label: Text;
  /** Shown dim behind the label. */
  readonly note?: Text;
  readonly children?: readonly TreeNode[];
}

interface Branches {
  readonly middle: string;
  readonly last: string;
  readonly through: string;
}

const UNICODE: Branches = { middle: "├── ", last: "└── ", through: "│   " };
const ASCII: Branches = { middle: "|-- ", last: "`-- ", through: "|   " };
const BLANK = "    ";

/** One line per node: trees below each other, roots at the left edge. */
export function formatTree(roots: readonly TreeNode[], { unicode }: { readonly unicode: boolean }): readonly Styled[] {
  const branches = unicode ? UNICODE : ASCII;
  return roots.flatMap((root) => [labelOf(root), ...below(root, "", branches)]);
}

function below(node: TreeNode, prefix: string, branches: Branches): readonly Styled[] {
  const children = node.children ?? [];
  return children.flatMap((child, at) => {
    const isLast = at === children.length - 1;
    return [
      styled`${dim(prefix + (isLast ? branches.last : branches.middle))}${labelOf(child)}`,
      ...below(child, prefix + (isLast ? BLANK : branches.through), branches),
    ];
  });
}

function labelOf({ label, note }: TreeNode): Styled {
  return joined(note === undefined ? [label] : [label, dim(note)], " ");
}
