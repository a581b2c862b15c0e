import { describe, expect, it } from "vitest";
import { failureOf, scriptPortal } from "../../test/portal/scripted-portal.ts";
import type { Credentials } from "./credentials.ts";
import { Secret } from "./secret.ts";

const credentials: Credentials = { username: "someone", token: new Secret("t0k3n"), source: "$FACTORIO_TOKEN" };
const refuse = () => Response.json({ message: "Forbidden" }, { status: 403 });

describe("checking credentials", () => {
  it("[LOGIN-1] asks for the bookmarks", async () => {
    const { portal, sent } = scriptPortal(() => Response.json(["flib", "rso-mod"]), { credentials });
    expect(await portal.checkCredentials()).toBe("accepted");
    expect(await portal.getBookmarks()).toEqual(["flib", "rso-mod"]);
    expect(sent[0]?.url).toBe("https://portal.test/api/bookmarks?username=someone&token=t0k3n");
  });

  it.each([
    refuse,
    () => new Response(null, { status: 401 }),
    () => new Response(null, { status: 302, headers: { location: "/login" } }),
  ])("[LOGIN-2] a refusal names where they came from", async (answer) => {
    const { portal } = scriptPortal(answer, { credentials });
    expect(await failureOf(portal.checkCredentials())).toMatchObject({
      code: "CREDENTIALS_REFUSED",
      message: "https://portal.test refused the credentials from $FACTORIO_TOKEN",
      hint: expect.stringContaining("factorio.com/profile"),
      data: { source: "$FACTORIO_TOKEN", username: "someone" },
    });
  });

  it("[LOGIN-3] an e-mail address in place of the user name has a hint of its own", async () => {
    const { portal } = scriptPortal(refuse, { credentials: { ...credentials, username: "me@example.test" } });
    expect(await failureOf(portal.checkCredentials())).toMatchObject({
      hint: expect.stringContaining("e-mail address"),
    });
  });

  it.each([404, 405])("[LOGIN-4] a portal without bookmarks (%i) cannot tell", async (status) => {
    const { portal } = scriptPortal(() => Response.json({ message: "Not found" }, { status }), { credentials });
    expect(await portal.checkCredentials()).toBe("unchecked");
  });

  it("[LOGIN-2] none at all, or a way that others can read, is said before anything is sent", async () => {
    const none = scriptPortal(refuse);
    expect(await failureOf(none.portal.checkCredentials())).toMatchObject({ code: "NO_CREDENTIALS" });
    const plain = scriptPortal(refuse, { credentials, url: "http://portal.lan" });
    expect(await failureOf(plain.portal.checkCredentials())).toMatchObject({ code: "CREDENTIALS_PLAINTEXT" });
    expect([...none.sent, ...plain.sent]).toEqual([]);
  });

  it.each([new Response("<html>", { headers: { "content-type": "text/html" } }), Response.json({ bookmarks: [] })])(
    "[LOGIN-1] another answer is no acceptance",
    async (answer) => {
      const { portal } = scriptPortal(() => answer, { credentials });
      expect(await failureOf(portal.checkCredentials())).toMatchObject({ code: "PORTAL_SHAPE" });
    },
  );
});
