import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { RoboportError } from "../errors.ts";
import { formatRconPacket, openRconReader, RCON, type RconPacket } from "../game/rcon.ts";
import type { Secret } from "../portal/secret.ts";
import { errnoOf } from "../store/file-system.ts";

/** Where a server listens for commands. */
export interface RconAddress {
  readonly host: string;
  readonly port: number;
}

export interface RconOptions {
  readonly password: Secret;
  readonly signal: AbortSignal;
  /** How long the server may be silent, 10 seconds by default. */
  readonly timeoutMs?: number;
}

/** A server that listens to us. */
export interface RconConnection {
  /**
   * Run a command.
   *
   * @returns what it printed, in full
   * @throws {RoboportError} `RCON_FAILED`
   */
  ask(command: string): Promise<string>;
  close(): void;
}

const TIMEOUT_MS = 10_000;
const ANSWER_MAX = 16 * 1024 * 1024;
/** Harmless, and answered by every server: its answer is behind the last packet of the answer we are waiting for. */
const SENTINEL = "/version";

/**
 * Connect to the RCON port of a server and show it the password.
 *
 * @throws {RoboportError} `CREDENTIALS_REFUSED`; `RCON_FAILED` when nobody listens, nobody answers, or what does is no RCON.
 * @see reference/formats.md §15, rules RCON-2 to RCON-5
 */
export async function openRcon(address: RconAddress, options: RconOptions): Promise<RconConnection> {
  const { signal, timeoutMs = TIMEOUT_MS, password } = options;
  const socket = connect({ ...address, signal });
  socket.setTimeout(timeoutMs, () => socket.destroy(silent(address, timeoutMs)));
  socket.setNoDelay(true);
  try {
    await once(socket, "connect", { signal });
    const talk = { address, socket, packets: readPackets(socket) };
    await logIn(talk, password);
    let id = 1;
    return {
      ask: (command) => explained(address, askFor(talk, { command, id: (id += 2) })),
      close: () => void socket.destroy(),
    };
  } catch (error) {
    socket.destroy();
    throw explain(address, error);
  }
}

interface Talk {
  readonly address: RconAddress;
  readonly socket: Socket;
  readonly packets: AsyncGenerator<RconPacket, void, undefined>;
}

async function* readPackets(socket: Socket): AsyncGenerator<RconPacket, void, undefined> {
  const reader = openRconReader();
  for await (const bytes of socket) yield* reader.push(bytes as Uint8Array);
}

/** Other servers send an empty answer first; Factorio does not. */
async function logIn(talk: Talk, password: Secret): Promise<void> {
  send(talk.socket, { id: 1, type: RCON.password, text: password.reveal() });
  for (;;) {
    const { id, type } = await nextPacket(talk);
    if (type !== RCON.passwordAnswer) continue;
    if (id !== -1) return;
    throw new RoboportError("CREDENTIALS_REFUSED", `${formatRconAddress(talk.address)} refused the RCON password`, {
      hint: "Give the one the server was started with (--rcon-password), in ROBOPORT_RCON_PASSWORD.",
      data: { ...talk.address },
    });
  }
}

/** An answer may come in several packets, cut anywhere; lines of the console come in between. */
async function askFor(talk: Talk, { command, id }: { readonly command: string; readonly id: number }): Promise<string> {
  send(talk.socket, { id, type: RCON.command, text: command });
  send(talk.socket, { id: id + 1, type: RCON.command, text: SENTINEL });
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const packet = await nextPacket(talk);
    if (packet.id === id + 1) return Buffer.concat(parts).toString("utf8");
    if (packet.id !== id) continue;
    parts.push(packet.body);
    size += packet.body.byteLength;
    if (size > ANSWER_MAX) throw failed(talk.address, "its answer has no end");
  }
}

function send(
  socket: Socket,
  { id, type, text }: { readonly id: number; readonly type: number; readonly text: string },
): void {
  socket.write(formatRconPacket({ id, type, body: Buffer.from(text) }));
}

async function nextPacket({ packets, address }: Talk): Promise<RconPacket> {
  const next = await packets.next();
  if (next.done !== true) return next.value;
  throw failed(address, "it closed the connection");
}

async function explained<T>(address: RconAddress, attempt: Promise<T>): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    throw explain(address, error);
  }
}

function explain(address: RconAddress, error: unknown): unknown {
  const errno = errnoOf(error);
  return errno === undefined ? error : failed(address, errno, error);
}

function silent(address: RconAddress, ms: number): RoboportError {
  return failed(address, `it said nothing for ${ms / 1000} s`);
}

function failed(address: RconAddress, why: string, cause?: unknown): RoboportError {
  return new RoboportError("RCON_FAILED", `Cannot talk to ${formatRconAddress(address)} by RCON: ${why}`, {
    hint: "Check that the server runs, that its map is loaded, and that it was started with --rcon-port or --rcon-bind.",
    data: { ...address },
    cause,
  });
}

/** `HOST:PORT`, an IPv6 address in brackets. */
export function formatRconAddress({ host, port }: RconAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
