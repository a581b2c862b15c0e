import { RoboportError } from "../errors.ts";
import { type Constraint, formatConstraint, type Operator } from "../game/dependency.ts";
import { parseModName } from "../game/mod-name.ts";
import { findVersion } from "../game/version.ts";
import type { Requirement } from "../resolve/universe.ts";

/**
 * Read `NAME` or `NAME@REQ` as people type it; REQ as {@link parseConstraints} reads it.
 *
 * @throws {RoboportError} `MOD_NAME` or `REQUIREMENT_SYNTAX`.
 * @see rule REQ-1
 */
export function parseRequirement(text: string): Requirement {
  const at = text.lastIndexOf("@");
  if (at <= 0) return { name: parseModName(text), constraints: [] };
  return { name: parseModName(text.slice(0, at)), constraints: parseConstraints(text.slice(at + 1)) };
}

const BOUND = /^(<=|>=|<|=|>)?\s*(\d[\d.]*)$/;

/**
 * Read bounds on a version: `*` or `latest` for any, `1.2.3` for exactly that, `>= 1.2, < 2` for a range.
 *
 * @throws {RoboportError} `REQUIREMENT_SYNTAX` when a bound is not an operator and a version.
 * @see rules REQ-2 and REQ-3
 */
export function parseConstraints(text: string): readonly Constraint[] {
  const trimmed = text.trim();
  if (trimmed === "*" || trimmed === "latest") return [];
  return trimmed.split(/\s*,\s*|\s+(?=[<>=])/).map((bound) => {
    const [, operator, digits = ""] = BOUND.exec(bound) ?? [];
    const full = operator !== undefined && /^\d+$/.test(digits) ? `${digits}.0` : digits;
    const version = /^\d+(\.\d+){1,2}$/.test(full) ? findVersion(full) : undefined;
    if (!version) {
      throw new RoboportError("REQUIREMENT_SYNTAX", `Cannot read version requirement ${JSON.stringify(text)}`, {
        hint: 'Write *, an exact version such as 1.2.3, or bounds such as ">= 1.2, < 2.0".',
      });
    }
    return { operator: (operator ?? "=") as Operator, version };
  });
}

/** Bounds as the manifest holds them: `*` or `>= 1.2.0, < 2.0.0`. */
export function formatConstraints(constraints: readonly Constraint[]): string {
  return constraints.length === 0 ? "*" : constraints.map(formatConstraint).join(", ");
}
