import { RoboportError } from "../errors.ts";

/** One packet of the Source RCON protocol. */
export interface RconPacket {
  /** Of the question it belongs to; -1 for a refused password. */
  readonly id: number;
  /** One of {@link RCON}; the two answers share their numbers with questions. */
  readonly type: number;
  /** UTF-8, of which a packet may hold a part. */
  readonly body: Uint8Array;
}

/** Types of packets. */
export const RCON = { answer: 0, command: 2, passwordAnswer: 2, password: 3 } as const;

/** Id, type and the two zeros at the end. */
const FRAME = 10;
/** A hundred times a list of a thousand mods. */
const SIZE_MAX = 4 * 1024 * 1024;

/**
 * A packet as it travels: its size, id and type in 32 bits each, the body, and two zeros.
 *
 * @see reference/formats.md §15, rule RCON-1
 */
export function formatRconPacket({ id, type, body }: RconPacket): Uint8Array {
  const bytes = new Uint8Array(4 + FRAME + body.byteLength);
  const view = new DataView(bytes.buffer);
  [FRAME + body.byteLength, id, type].forEach((value, at) => view.setInt32(at * 4, value, true));
  bytes.set(body, 12);
  return bytes;
}

/** Puts packets together from bytes as they arrive. */
export interface RconReader {
  /** @throws {RoboportError} `RCON_FAILED` for what is no packet. */
  push(bytes: Uint8Array): readonly RconPacket[];
}

/**
 * Read packets, however the bytes are cut. A size that no packet has is refused before memory is taken for it.
 *
 * @see reference/formats.md §15, rules RCON-1 and RCON-2
 */
export function openRconReader(): RconReader {
  let rest = new Uint8Array();
  return {
    push(bytes) {
      const joined = new Uint8Array(rest.byteLength + bytes.byteLength);
      joined.set(rest);
      joined.set(bytes, rest.byteLength);
      const packets: RconPacket[] = [];
      let at = 0;
      for (let end = endOfPacket(joined, at); end !== undefined; end = endOfPacket(joined, at)) {
        packets.push(readPacket(joined.subarray(at, end)));
        at = end;
      }
      rest = joined.slice(at);
      return packets;
    },
  };
}

/** @returns undefined while the packet is not whole */
function endOfPacket(bytes: Uint8Array, at: number): number | undefined {
  if (bytes.byteLength < at + 4) return undefined;
  const size = new DataView(bytes.buffer, bytes.byteOffset).getInt32(at, true);
  if (size < FRAME || size > SIZE_MAX) throw noPacket();
  return bytes.byteLength < at + 4 + size ? undefined : at + 4 + size;
}

function readPacket(bytes: Uint8Array): RconPacket {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getInt16(bytes.byteLength - 2) !== 0) throw noPacket();
  return { id: view.getInt32(4, true), type: view.getInt32(8, true), body: bytes.slice(12, -2) };
}

function noPacket(): RoboportError {
  return new RoboportError("RCON_FAILED", "What answers there speaks no RCON", {
    hint: "Give the address of --rcon-port or --rcon-bind, not that of the game.",
  });
}
