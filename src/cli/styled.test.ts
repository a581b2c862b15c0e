import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { ansiOf, bold, cyan, dim, green, joined, lines, plainOf, red, styled, yellow } from "./styled.ts";

describe("styled text", () => {
  it("[CLI-20] only colours of ours survive", () => {
    const evil = "\x1b[31mevil\x1b]0;title\x07\nerror: spoofed";
    expect(ansiOf(styled`by ${evil}, ${bold(evil)}`)).toBe(
      "by evil error: spoofed, \x1b[1mevil error: spoofed\x1b[22m",
    );
    expect(ansiOf(evil)).toBe("evil\nerror: spoofed");
    expect(ansiOf(joined([evil, green("x")], " · "))).toBe("evil error: spoofed · \x1b[32mx\x1b[39m");
  });

  it("knows itself without colours", () => {
    expect(plainOf(lines(bold("a"), [green("b"), "c"]))).toBe("a\nb\nc");
  });

  it("uses the codes that everybody uses", () => {
    const others = picocolors.createColors(true);
    const ours = { bold, dim, red, green, yellow, cyan } as const;
    const names = ["bold", "dim", "red", "green", "yellow", "cyan"] as const;
    for (const outer of names) {
      for (const inner of names) {
        const expected = others[outer](`a ${others[inner]("b")} c`);
        expect(ansiOf(ours[outer](styled`a ${ours[inner]("b")} c`))).toBe(expected);
      }
    }
  });

  it("keeps an outer style around an inner one that ends", () => {
    expect(ansiOf(bold(styled`a ${green("b")} c`))).toBe("\x1b[1ma \x1b[32mb\x1b[39m c\x1b[22m");
  });
});
