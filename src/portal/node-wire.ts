import { isIP, connect, type NetConnectOpts, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { ByteSource } from "./node-answer.ts";
import { unreachableError } from "./unreachable.ts";

export interface WireOptions {
  /** PEM certificates trusted beside the built-in ones. */
  readonly ca: string | undefined;
  /** Milliseconds until connected, TLS included. */
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** A connection whose bytes come into the same memory again and again. */
export interface Wire extends ByteSource {
  /** Whether any bytes came since {@link Wire.send}. */
  readonly hasAnswered: boolean;
  send(text: string): void;
  /**
   * Nobody waits for anything: bytes that come now close the connection, and it keeps no process alive.
   *
   * @param onSpoilt told of such bytes
   * @returns false when there are some already, or the connection is at its end: it cannot be used again
   */
  rest(onSpoilt: () => void): boolean;
  /** Ends the connection; whoever reads gets this error. */
  destroy(error?: Error): void;
  onClose(run: () => void): void;
}

/** Long lines with 600 ms there and back lose a connection attempt per address at Node's own 250 ms. */
export const ADDRESS_ATTEMPT_MS = 1_500;
/** Bytes read at a time at most: more brings little, and of less each piece costs as much as a large one. */
const READ_MAX = 512 * 1024;
/** What a socket that is told to stop may still bring: TLS decrypts all it has read already. */
const AFTER_STOP_MAX = 128 * 1024;

/**
 * Connect to the server of a URL.
 *
 * @throws {RoboportError} `PORTAL_UNREACHABLE` when it takes too long, or Node's error.
 */
export async function openWire(url: URL, { ca, connectTimeoutMs, signal }: WireOptions): Promise<Wire> {
  const intake = openIntake(new SharedArrayBuffer(2 * (READ_MAX + AFTER_STOP_MAX)));
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const target = {
    host,
    port: Number(url.port || (url.protocol === "https:" ? 443 : 80)),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS,
    onread: { buffer: intake.space, callback: intake.take },
  };
  const socket = url.protocol === "https:" ? await connectTls(target, ca) : connect(target);
  const giveUp = () => socket.destroy(signal?.reason);
  signal?.addEventListener("abort", giveUp);
  const slow = unreachableError(url, "it does not take the connection", { timedOut: true });
  const timer = setTimeout(() => socket.destroy(slow), connectTimeoutMs);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(url.protocol === "https:" ? "secureConnect" : "connect", resolve);
      socket.once("error", reject);
      if (signal?.aborted) giveUp();
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
  return wireOver(socket, intake);
}

/** TLS is loaded only by those who need it. */
async function connectTls(
  target: NetConnectOpts & { readonly host: string },
  ca: string | undefined,
): Promise<TLSSocket> {
  const tls = await import("node:tls");
  return tls.connect({
    ...target,
    ...(isIP(target.host) === 0 && { servername: target.host }),
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says: the token is at stake.
    rejectUnauthorized: true,
    ...(ca !== undefined && { ca: [...tls.rootCertificates, ca] }),
  });
}

/** Where the bytes of a socket go. */
interface Intake {
  /** Room for the next bytes. */
  space(): Uint8Array;
  /** So many bytes came. Answers false when there is no room for more. */
  take(length: number): boolean;
  /** The next bytes; those before are not needed any more. Undefined when none are there. */
  next(): Uint8Array | undefined;
  /** True when there is room for more again. */
  hasRoom(): boolean;
  /** Told when bytes come. */
  onBytes: (() => void) | undefined;
}

interface Room {
  readonly bytes: Uint8Array;
  /** Where what nobody has taken yet begins, and where it ends. */
  from: number;
  to: number;
}

/**
 * Two rooms: while somebody works on the bytes of one, the next ones come into the other. Shared memory, so that another
 * thread can look at them where they are.
 */
function openIntake(memory: SharedArrayBuffer): Intake {
  const half = memory.byteLength / 2;
  const rooms = [0, half].map((start): Room => ({ bytes: new Uint8Array(memory, start, half), from: 0, to: 0 }));
  let filling = rooms[0] as Room;
  let held: Room | undefined;
  const other = () => rooms.find((each) => each !== filling) as Room;
  const intake: Intake = {
    onBytes: undefined,
    space: () => filling.bytes.subarray(filling.to, filling.to < READ_MAX ? READ_MAX : undefined),
    take: (length) => {
      filling.to += length;
      intake.onBytes?.();
      if (filling.to < READ_MAX) return true;
      if (!intake.hasRoom()) return false;
      filling = Object.assign(other(), { from: 0, to: 0 });
      return true;
    },
    next: () => {
      held = [other(), filling].find(({ from, to }) => from < to);
      const bytes = held?.bytes.subarray(held.from, held.to);
      if (held) held.from = held.to;
      return bytes;
    },
    hasRoom: () => other() !== held && other().from === other().to,
  };
  return intake;
}

function wireOver(socket: Socket, intake: Intake): Wire {
  let rest: Uint8Array | undefined;
  let failure: Error | undefined;
  let isOver = false;
  let hasAnswered = false;
  let wake: (() => void) | undefined;
  const over = (error?: Error) => {
    failure ??= error;
    isOver = true;
    wake?.();
  };
  socket.setNoDelay(true);
  socket.on("error", over);
  socket.once("end", () => over());
  socket.once("close", () => over());
  const someBytes = () =>
    new Promise<void>((resolve) => {
      wake = intake.onBytes = () => {
        wake = intake.onBytes = undefined;
        resolve();
      };
    });
  return {
    get hasAnswered() {
      return hasAnswered;
    },
    send: (text) => {
      hasAnswered = false;
      intake.onBytes = undefined;
      socket.ref().write(text, "latin1");
    },
    read: async () => {
      for (;;) {
        const bytes = rest ?? intake.next();
        rest = undefined;
        if (intake.hasRoom()) socket.resume();
        hasAnswered ||= bytes !== undefined;
        if (bytes) return bytes;
        if (failure) throw failure;
        if (isOver) return undefined;
        await someBytes();
      }
    },
    unread: (bytes) => {
      rest = bytes;
    },
    rest: (onSpoilt) => {
      if (rest || intake.next() || isOver) return false;
      intake.onBytes = () => {
        onSpoilt();
        socket.destroy();
      };
      socket.unref().resume();
      return true;
    },
    destroy: (error) => {
      socket.destroy(error);
    },
    onClose: (run) => {
      socket.once("close", run);
    },
  };
}
