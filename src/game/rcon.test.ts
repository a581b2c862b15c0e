import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatRconPacket, openRconReader, type RconPacket } from "./rcon.ts";

const packets = fc.array(
  fc.record({
    id: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
    type: fc.constantFrom(0, 2, 3),
    body: fc.uint8Array({ maxLength: 200 }),
  }),
  { maxLength: 5 },
);

describe("RCON packets", () => {
  it("[RCON-1] have the size, id, type, body and two zeros", () => {
    const bytes = formatRconPacket({ id: 7, type: 2, body: Uint8Array.of(0x68, 0x69) });
    expect([...bytes]).toEqual([12, 0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0, 0x68, 0x69, 0, 0]);
  });

  it("[RCON-2] are read however their bytes are cut", () => {
    fc.assert(
      fc.property(packets, fc.integer({ min: 1, max: 64 }), (sent, size) => {
        const bytes = Buffer.concat(sent.map(formatRconPacket));
        const reader = openRconReader();
        const received: RconPacket[] = [];
        for (let at = 0; at < bytes.length; at += size) received.push(...reader.push(bytes.subarray(at, at + size)));
        expect(received.map(({ body, ...rest }) => ({ ...rest, body: [...body] }))).toEqual(
          sent.map(({ body, ...rest }) => ({ ...rest, body: [...body] })),
        );
      }),
    );
  });

  it("[RCON-2] whatever arrives is packets, too little, or no RCON", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (pieces) => {
        const reader = openRconReader();
        try {
          for (const piece of pieces) reader.push(piece);
        } catch (error) {
          expect(error).toMatchObject({ code: "RCON_FAILED" });
        }
      }),
    );
  });

  it.each([
    ["a negative size", [0xff, 0xff, 0xff, 0xff]],
    ["a size that is too small", [9, 0, 0, 0]],
    ["a size that is too large", [0, 0, 0, 0x7f]],
    ["no zeros at the end", [10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1]],
    ["a web page", [...Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")]],
  ])("[RCON-2] %s is no RCON", (_name, bytes) => {
    expect(() => openRconReader().push(Uint8Array.from(bytes))).toThrow("speaks no RCON");
  });
});
