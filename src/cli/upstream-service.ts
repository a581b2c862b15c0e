import { resolve } from "node:path";
import type { ServiceOptions } from "../portal/context.ts";
import type { CommandContext } from "./context.ts";

/**
 * How a server reaches the portal behind it, and as whom: the operator's account comes from where every command finds one.
 *
 * @throws {RoboportError} `USAGE`, and as looking for credentials does.
 * @see rule SRC-2
 */
export async function openUpstreamService(context: CommandContext, url: string): Promise<ServiceOptions> {
  const { env, cwd, userAgent, addSecret } = context;
  const { networkLimits } = await import("../operations/network-limits.ts");
  const { findOurFolders } = await import("../operations/our-folders.ts");
  const { findCredentials } = await import("../installation/credentials-files.ts");
  const { openNodeTransport } = await import("../portal/node-transport.ts");
  const tokenFile = env["ROBOPORT_TOKEN_FILE"];
  const environment = { ...env, ...(tokenFile && { ROBOPORT_TOKEN_FILE: resolve(cwd, tokenFile) }) };
  const accounts = await findCredentials({ environment, configDir: findOurFolders({ env, cwd }).config });
  for (const { token } of accounts) addSecret(token);
  const proxy = {
    http: env["HTTP_PROXY"] ?? env["http_proxy"],
    https: env["HTTPS_PROXY"] ?? env["https_proxy"],
    except: env["NO_PROXY"] ?? env["no_proxy"],
  };
  const { transport } = networkLimits(env);
  return { url, transport: openNodeTransport({ ...transport, proxy }), userAgent, credentials: accounts[0] };
}
