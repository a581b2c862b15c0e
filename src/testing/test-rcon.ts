import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { formatRconPacket, openRconReader, RCON, type RconPacket } from "../game/rcon.ts";
import { openPort } from "./loopback-port.ts";

/** How an RCON server of a test behaves. */
export interface TestRconOptions {
  readonly password: string;
  /** What a command prints. */
  readonly answer: (command: string) => string;
  /** An answer is cut into packets of so many bytes; not at all when not given, as the game does. */
  readonly packetMax?: number;
  /** All that is sent comes in pieces of so many bytes. */
  readonly pieceMax?: number;
  /** Bytes to send in place of everything else. */
  readonly raw?: Uint8Array;
}

/** An RCON server on loopback. */
export interface TestRcon extends AsyncDisposable {
  readonly port: number;
  /** Commands that came after the password, oldest first. */
  readonly commands: readonly string[];
}

/** Start an RCON server on a free loopback port. */
export async function startTestRcon(options: TestRconOptions): Promise<TestRcon> {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    const reader = openRconReader();
    let isIn = false;
    socket.on("data", (bytes) => {
      if (options.raw) return void socket.end(options.raw);
      for (const packet of reader.push(bytes)) isIn = takePacket(packet, { options, socket, commands, isIn });
    });
  });
  const port = await openPort(server, "127.0.0.1");
  return {
    port,
    commands,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}

interface Client {
  readonly options: TestRconOptions;
  readonly socket: Socket;
  readonly commands: string[];
  readonly isIn: boolean;
}

/** @returns whether the client has shown the password */
function takePacket({ id, type, body }: RconPacket, { options, socket, commands, isIn }: Client): boolean {
  const text = Buffer.from(body).toString("utf8");
  if (type === RCON.password) {
    const isRight = text === options.password;
    send(socket, { id: isRight ? id : -1, type: RCON.passwordAnswer, body: Buffer.of() }, options);
    return isRight;
  }
  if (!isIn) return false;
  commands.push(text);
  const answer = Buffer.from(options.answer(text));
  const packetMax = options.packetMax ?? Math.max(1, answer.byteLength);
  for (let at = 0; at === 0 || at < answer.byteLength; at += packetMax) {
    send(socket, { id, type: RCON.answer, body: answer.subarray(at, at + packetMax) }, options);
  }
  return true;
}

function send(socket: Socket, packet: RconPacket, { pieceMax }: TestRconOptions): void {
  const bytes = formatRconPacket(packet);
  const size = pieceMax ?? bytes.byteLength;
  for (let at = 0; at < bytes.byteLength; at += size) socket.write(bytes.subarray(at, at + size));
}
