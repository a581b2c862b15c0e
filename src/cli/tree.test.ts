import { describe, expect, it } from "vitest";
import { plainOf } from "./styled.ts";
import { formatTree, type TreeNode } from "./tree.ts";

const ROOTS: readonly TreeNode[] = [
  {
    label: "space-exploration",
    note: "0.7.4",
    children: [
      { label: "aai-industry", children: [{ label: "base" }] },
      { label: "jetpack", note: "(shown above)" },
    ],
  },
  { label: "flib" },
];

describe("formatTree", () => {
  it("draws branches", () => {
    expect(formatTree(ROOTS, { unicode: true }).map(plainOf)).toEqual([
      "space-exploration 0.7.4",
      "├── aai-industry",
      "│   └── base",
      "└── jetpack (shown above)",
      "flib",
    ]);
  });

  it("draws them in ASCII where nothing else arrives", () => {
    expect(formatTree(ROOTS, { unicode: false }).map(plainOf)).toEqual([
      "space-exploration 0.7.4",
      "|-- aai-industry",
      "|   `-- base",
      "`-- jetpack (shown above)",
      "flib",
    ]);
  });
});
