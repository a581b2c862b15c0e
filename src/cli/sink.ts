import { RoboportError } from "../errors.ts";
import { ansiOf, plainOf, type Text } from "./styled.ts";
import type { OutputStream } from "./world.ts";

/** The last gate before a stream: colours only where wanted, secrets never, quiet when the reader has gone. */
export interface Sink {
  /** One text and a line break. */
  write(text: Text): void;
  /** Text that is already safe, as it is. */
  raw(text: string): void;
  /** @throws {RoboportError} `DISK_FULL` or the system's error when something could not be written. */
  close(): Promise<void>;
}

interface SinkOptions {
  readonly colour: boolean;
  readonly redact: (text: string) => string;
}

/**
 * Write to a stream until its reader goes away (`| head`): from then on words are dropped and the command goes on.
 *
 * @see rule CLI-14
 */
export function openSink(stream: OutputStream, { colour, redact }: SinkOptions): Sink {
  let failure: NodeJS.ErrnoException | undefined;
  const onError = (error: NodeJS.ErrnoException): void => {
    failure ??= error;
  };
  stream.on("error", onError);

  function raw(text: string): void {
    if (!failure && !stream.destroyed) stream.write(redact(text));
  }
  return {
    raw,
    write: (text) => raw(`${colour ? ansiOf(text) : plainOf(text)}\n`),
    async close() {
      if (!failure && !stream.destroyed) await new Promise<void>((resolve) => stream.write("", () => resolve()));
      if (failure && failure.code !== "EPIPE") throw cannotWrite(failure);
    },
  };
}

function cannotWrite(failure: NodeJS.ErrnoException): Error {
  if (failure.code !== "ENOSPC" && failure.code !== "EDQUOT") return failure;
  return new RoboportError("DISK_FULL", "Cannot write the output: no space is left where it goes", {
    hint: "Free some space, and run the command again.",
    cause: failure,
  });
}
