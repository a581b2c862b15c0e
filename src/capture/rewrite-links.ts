import { Transform } from "node:stream";
import { folderOf, type HostMap } from "./destination.ts";

/**
 * Make links to portals that stand in for a host lead to that host, so that the client goes on through us.
 *
 * @see rule CAPTURE-9
 */
export function rewriteLinks(maps: readonly HostMap[]): Transform {
  const links = maps.map(({ host, to }) => ({ from: `${to.origin}${folderOf(to)}`, to: `https://${host}/` }));
  const longest = Math.max(0, ...links.map(({ from }) => from.length));
  let rest = "";
  // Links are ASCII; one character for each byte leaves everything else as it is.
  return new Transform({
    transform(piece: Buffer, _, done) {
      const text = links.reduce((all, { from, to }) => all.replaceAll(from, to), rest + piece.toString("latin1"));
      const end = Math.max(0, text.length - longest + 1);
      rest = text.slice(end);
      done(null, Buffer.from(text.slice(0, end), "latin1"));
    },
    flush: (done) => done(null, Buffer.from(rest, "latin1")),
  });
}
