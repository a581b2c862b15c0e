import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { createTestCertificate } from "../src/testing/index.ts";

/** Zips served by nginx, which takes next to no processor time for it. */
export interface Nginx {
  readonly url: string;
  readonly secureUrl: string;
  /** The certificate of `secureUrl`, to be trusted. */
  readonly certificate: string;
  readonly pid: number;
  stop(): void;
}

/** Start nginx over `FOLDER/files`; undefined where there is none. */
export async function startNginx(folder: string): Promise<Nginx | undefined> {
  if (spawnSync("nginx", ["-v"]).error) return undefined;
  const [port, securePort] = [await freePort(), await freePort()];
  const pair = createTestCertificate();
  const certificate = join(folder, "cert.pem");
  writeFileSync(certificate, pair.cert);
  writeFileSync(join(folder, "key.pem"), pair.key, { mode: 0o600 });
  const config = join(folder, "nginx.conf");
  writeFileSync(config, configuration(folder, port, securePort));
  const { status, stderr } = spawnSync("nginx", ["-c", config, "-e", join(folder, "error.log")], { encoding: "utf8" });
  if (status !== 0) throw new Error(`nginx did not start: ${stderr}`);
  const pid = Number(readFileSync(join(folder, "nginx.pid"), "utf8"));
  return {
    url: `http://127.0.0.1:${port}`,
    secureUrl: `https://127.0.0.1:${securePort}`,
    certificate,
    pid,
    stop: () => void process.kill(pid),
  };
}

function configuration(folder: string, port: number, securePort: number): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join(" ");
  const user = process.getuid?.() === 0 ? "user root;\n" : "";
  return `${user}master_process off; daemon on; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 256; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000; ${temporary}
  server {
    listen 127.0.0.1:${port};
    listen 127.0.0.1:${securePort} ssl;
    ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;
    root ${folder};
  }
}
`;
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
