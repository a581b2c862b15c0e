import { describe, expect, it } from "vitest";
import { findProxy, proxyAuthorization } from "./proxy.ts";

const settings = {
  http: "http://plain.proxy:1",
  https: "secure.proxy:3128",
  except: "internal.test, .corp.test *.lan,only.test:8443 ::1",
};
const proxyOf = (url: string, given: Parameters<typeof findProxy>[1] = settings) =>
  findProxy(new URL(url), given)?.href;

describe("which proxy", () => {
  it.each([
    ["http://mods.test/", "http://plain.proxy:1/"],
    ["https://mods.test/", "http://secure.proxy:3128/"],
    ["https://notinternal.test/", "http://secure.proxy:3128/"],
    ["https://only.test/", "http://secure.proxy:3128/"],
  ])("[PROXY-1] %s through %s", (url, proxy) => {
    expect(proxyOf(url)).toBe(proxy);
  });

  it.each([
    "https://internal.test/",
    "https://deep.internal.test/",
    "https://corp.test/",
    "https://a.corp.test/",
    "https://nas.lan/",
    "https://only.test:8443/",
    "http://localhost:8080/",
    "http://127.0.0.1/",
    "http://[::1]/",
  ])("[PROXY-1] %s directly", (url) => {
    expect(proxyOf(url)).toBeUndefined();
  });

  it("[PROXY-1] * excepts everything; no setting means no proxy", () => {
    expect(proxyOf("https://mods.test/", { ...settings, except: "*" })).toBeUndefined();
    expect(proxyOf("https://mods.test/", { https: "" })).toBeUndefined();
  });

  it.each(["socks5://user:secret@a:1", "http://", "http://user:secret@:x"])(
    "[PROXY-1] %s is refused and not repeated",
    (https) => {
      const find = () => proxyOf("https://mods.test/", { https });
      expect(find).toThrow(expect.objectContaining({ code: "USAGE" }));
      expect(find).not.toThrow(/secret/);
    },
  );
});

it.each([
  ["user:p%40ss", "user:p@ss"],
  ["user:100%", "user:100%"],
  ["%zz:%e9%25", Buffer.from("%zz:\xe9%", "latin1")],
  ["%C3%A4:ü", "ä:ü"],
])("[PROXY-3] %s opens the proxy", (user, sent) => {
  const authorization = `Basic ${Buffer.from(sent as string).toString("base64")}`;
  expect(proxyAuthorization(new URL(`http://${user}@proxy.test`))).toEqual({ "proxy-authorization": authorization });
});
