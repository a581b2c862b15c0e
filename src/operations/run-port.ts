import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isIP, isIPv6 } from "node:net";
import { RoboportError } from "../errors.ts";
import { errnoOf } from "../store/file-system.ts";

/** The port that a command line of the game names, and the address where it names one. */
export interface GamePort {
  readonly port: number;
  readonly address: string | undefined;
}

/** What `--port` and `--bind` of a command line say; undefined where they say nothing plain. */
export function findGamePort(command: readonly string[]): GamePort | undefined {
  const valueOf = (option: string) => {
    const at = command.indexOf(option);
    return at < 0 ? command.find((word) => word.startsWith(`${option}=`))?.slice(option.length + 1) : command[at + 1];
  };
  const port = Number(valueOf("--port") ?? 0);
  const address = valueOf("--bind");
  const isPlain = Number.isInteger(port) && port > 0 && port < 65536 && (address === undefined || isIP(address) > 0);
  return isPlain ? { port, address } : undefined;
}

/**
 * Refuse a port that is in use now rather than after minutes of loading mods.
 *
 * @throws {RoboportError} `CANNOT_LISTEN`
 * @see rule RUNNER-11
 */
export async function requireFreePort({ port, address }: GamePort): Promise<void> {
  const socket = createSocket(isIPv6(address ?? "") ? "udp6" : "udp4");
  try {
    socket.bind({ port, ...(address !== undefined && { address }), exclusive: true });
    await once(socket, "listening");
  } catch (error) {
    // Whatever else is wrong the game tells better.
    if (errnoOf(error) === undefined) throw error;
    if (errnoOf(error) !== "EADDRINUSE") return;
    throw new RoboportError("CANNOT_LISTEN", `Cannot start the server: UDP port ${port} is in use`, {
      hint: "Stop what uses it, or give the server another --port.",
      data: { port, address },
      cause: error,
    });
  } finally {
    socket.close();
  }
}
