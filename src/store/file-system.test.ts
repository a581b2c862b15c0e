import { describe, expect, it } from "vitest";
import { whileInUse } from "./file-system.ts";

/** Fails as told, then works. */
function failing(...codes: readonly string[]) {
  let calls = 0;
  const attempt = async () => {
    const code = codes[calls++];
    if (code !== undefined) throw Object.assign(new Error(code), { code, errno: -1 });
  };
  return { attempt, calls: () => calls };
}

describe("files that are in use", () => {
  const pauses = [0, 0, 0, 0];

  it("[DISK-7] are tried again until they are not", async () => {
    const { attempt, calls } = failing("EPERM", "EBUSY", "EACCES");
    await whileInUse(attempt, pauses);
    expect(calls()).toBe(4);
  });

  it("[DISK-7] end in the error of the last attempt", async () => {
    const { attempt, calls } = failing("EPERM", "EPERM", "EPERM", "EPERM", "EBUSY");
    await expect(whileInUse(attempt, pauses)).rejects.toMatchObject({ code: "EBUSY" });
    expect(calls()).toBe(5);
  });

  it("[DISK-7] and other errors are not waited for", async () => {
    const { attempt, calls } = failing("ENOSPC");
    await expect(whileInUse(attempt, pauses)).rejects.toMatchObject({ code: "ENOSPC" });
    expect(calls()).toBe(1);
  });
});
