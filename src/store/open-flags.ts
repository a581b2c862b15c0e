import { constants } from "node:fs";

/** For reading a plain file: no link is followed, no pipe is waited for. Windows has neither flag, nor what they guard against. */
export const READ_PLAIN = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
