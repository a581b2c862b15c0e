import { describe, expect, it } from "vitest";
import { bold, plainOf } from "./styled.ts";
import { formatTable, shorten, textWidth } from "./table.ts";

const rendered = (...args: Parameters<typeof formatTable>) => formatTable(...args).map(plainOf);

describe("formatTable", () => {
  it("[CLI-13] aligns columns as a terminal shows them", () => {
    expect(
      rendered(
        [
          ["flib", "0.16.5", "4"],
          ["模组", bold("1.0.0"), "1200"],
          ["🚂 trains", "2"],
        ],
        { head: ["Mod", "Version", "Uses"], right: [2] },
      ),
    ).toEqual(["Mod        Version  Uses", "flib       0.16.5      4", "模组       1.0.0    1200", "🚂 trains  2"]);
  });

  it("[CLI-13] shortens the widest column to stay within a terminal, and nothing in a pipe", () => {
    const rows = [["flib", "A library with a very long description that nobody reads", "ok"]];
    const [line = ""] = rendered(rows, { columns: 40 });
    expect(textWidth(line)).toBeLessThanOrEqual(40);
    expect(line).toBe("flib  A library with a very long de…  ok");
    expect(rendered(rows)).toEqual([`flib  ${rows[0]?.[1]}  ok`]);
  });

  it("[CLI-13] stays readable on a terminal that is too narrow for anything", () => {
    expect(rendered([["a-long-mod-name", "a-long-value"]], { columns: 4 })).toEqual(["a-long-…  a-long-…"]);
  });

  it("[CLI-20] cells keep to their line and lose what is not theirs", () => {
    expect(rendered([["a\nb", "\x1b[31mc"]])).toEqual(["a b  c"]);
  });

  it("leaves no blanks at the end of a line", () => {
    expect(
      rendered([
        ["add", "flib", ""],
        ["remove", "", ""],
        ["", "", "x"],
      ]),
    ).toEqual(["add     flib", "remove", "              x"]);
  });

  it("knows no rows", () => {
    expect(rendered([])).toEqual([]);
  });
});

describe("shorten", () => {
  it("[CLI-13] never ends in half of a wide character", () => {
    expect(shorten("模组模组", 6)).toBe("模组…");
    expect(shorten("模组", 4)).toBe("模组");
  });
});
