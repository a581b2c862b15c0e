import { describe, expect, it } from "vitest";
import { fetchTransport } from "./fetch-transport.ts";
import { type LoginForm, logIn } from "./log-in.ts";
import { Secret } from "./secret.ts";

const PASSWORD = "correct horse";

function ask(answer: Response, form: Partial<LoginForm> = {}, url = "https://auth.test") {
  const forms: FormData[] = [];
  const transport = fetchTransport(async (request) => {
    forms.push(await request.formData());
    return answer;
  });
  const outcome = logIn(
    { url, transport, userAgent: "test", retry: { attempts: 1 } },
    { username: "me@example.org", password: new Secret(PASSWORD), ...form },
  );
  return { outcome, forms };
}

const refusal = (error: string, status = 200) =>
  Response.json({ data: {}, error, message: `No: ${error}` }, { status });

describe("login", () => {
  it("[SIGNIN-1] gives the user name that belongs to the token", async () => {
    const { outcome, forms } = ask(Response.json({ token: "0123456789", username: "lamplighter" }));
    const result = await outcome;
    expect(result).toMatchObject({ kind: "logged-in", username: "lamplighter" });
    expect(result.kind === "logged-in" && result.token.reveal()).toBe("0123456789");
    expect([...(forms[0]?.entries() ?? [])]).toEqual([
      ["username", "me@example.org"],
      ["password", PASSWORD],
      ["api_version", "6"],
      ["require_game_ownership", "true"],
    ]);
  });

  it("[SIGNIN-1] reads the list of version 1", async () => {
    expect(await ask(Response.json(["0123456789"]), { username: "me" }).outcome).toMatchObject({ username: "me" });
  });

  it("[SIGNIN-2] tells of the code that was sent, and sends it on", async () => {
    expect(await ask(refusal("email-authentication-required")).outcome).toEqual({ kind: "email-code-wanted" });
    const { outcome, forms } = ask(Response.json({ token: "t", username: "u" }), { emailCode: "123456" });
    await outcome;
    expect(forms[0]?.get("email_authentication_code")).toBe("123456");
  });

  it.each([
    ["login-failed", 200, "CREDENTIALS_REFUSED"],
    ["login-failed", 401, "CREDENTIALS_REFUSED"],
    ["login-too-many-attempts", 200, "PORTAL_RATE_LIMITED"],
    ["something-new", 200, "CREDENTIALS_REFUSED"],
  ])("[SIGNIN-2] %s with status %i is %s", async (error, status, code) => {
    await expect(ask(refusal(error, status)).outcome).rejects.toMatchObject({ code, data: { error } });
  });

  it("[SIGNIN-3] keeps the password from plain http", async () => {
    const { outcome, forms } = ask(refusal("x"), {}, "http://auth.test");
    await expect(outcome).rejects.toMatchObject({ code: "CREDENTIALS_PLAINTEXT" });
    expect(forms).toEqual([]);
  });

  it("[SIGNIN-4] tells no secret when the answer makes no sense", async () => {
    const error: unknown = await ask(Response.json({ token: 7, secret: PASSWORD })).outcome.catch((caught) => caught);
    expect(error).toMatchObject({ code: "PORTAL_SHAPE" });
    expect(JSON.stringify([error, String(error)])).not.toContain(PASSWORD);
  });
});
