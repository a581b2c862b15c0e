/** A request as a client of others makes it, and what that client needs of the answer. */
export interface Step {
  readonly method?: "POST";
  /** `{word}` stands for something that an earlier answer told. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  /** Parts of `multipart/form-data`; `zip` and `png` stand for such a file. */
  readonly parts?: Readonly<Record<string, string>>;
  readonly status: number;
  /** Paths into the JSON of the answer, by the word under which they are used later. */
  readonly take?: Readonly<Record<string, string>>;
  /** Texts at paths into the JSON of the answer. */
  readonly has?: Readonly<Record<string, unknown>>;
  /** Headers the client cannot do without. */
  readonly needs?: readonly string[];
}

/** What one client does, in its order. */
export interface Sequence {
  readonly client: string;
  readonly steps: readonly Step[];
}

const NODE = { accept: "*/*", "accept-language": "*", "sec-fetch-mode": "cors", "user-agent": "node" };
const CURL = { accept: "*/*", "user-agent": "curl/7.88.1" };
const PYTHON = { accept: "*/*", "accept-encoding": "gzip, deflate", "user-agent": "python-requests/2.28.1" };
const RELEASE = { path: "releases.0.download_url", file: "releases.0.file_name" };
const KEY = { authorization: "Bearer {key}" };
const PORTAL = "/api/v2/mods";

/** What was seen when these programs ran against the server; see docs/guide-registry.md. */
export const SEQUENCES: readonly Sequence[] = [
  {
    client: "clusterio",
    steps: [
      {
        target: "/api/mods?page_size=2&version=2.0&page=1&hide_deprecated=false",
        headers: NODE,
        status: 200,
        has: { "results.0.latest_release.info_json.factorio_version": "2.0", "pagination.page_count": 1 },
      },
      { target: "/api/mods/belt-lamps/full", headers: NODE, status: 200, has: { "releases.0.version": "1.2.0" } },
      {
        method: "POST",
        target: "/api/mods?page_size=max&version=2.0",
        headers: NODE,
        form: { namelist: "belt-lamps,unknown" },
        status: 200,
        take: { path: "results.0.releases.0.download_url" },
        has: { "results.length": 1 },
      },
      { target: "{path}?username=alice&token={token}", headers: NODE, status: 302, needs: ["location"] },
      { target: "{location}", headers: NODE, status: 200, needs: ["content-length"] },
      {
        method: "POST",
        target: "/api/mods?page_size=max&version=9x",
        headers: NODE,
        form: { namelist: "belt-lamps" },
        status: 400,
        has: { message: "Unsupported version" },
      },
    ],
  },
  {
    client: "fmtk",
    steps: [
      {
        method: "POST",
        target: `${PORTAL}/releases/init_upload`,
        headers: { ...NODE, ...KEY },
        parts: { mod: "belt-lamps" },
        status: 200,
        take: { upload: "upload_url" },
      },
      {
        method: "POST",
        target: "{upload}",
        headers: { ...NODE, ...KEY },
        parts: { file: "zip" },
        status: 200,
        has: { success: true },
      },
      {
        method: "POST",
        target: `${PORTAL}/images/add`,
        headers: { ...NODE, ...KEY },
        parts: { mod: "belt-lamps" },
        status: 200,
        take: { upload: "upload_url" },
      },
      {
        method: "POST",
        target: "{upload}",
        headers: NODE,
        parts: { image: "png" },
        status: 200,
        take: { image: "id" },
      },
      {
        method: "POST",
        target: `${PORTAL}/images/edit`,
        headers: { ...NODE, ...KEY },
        parts: { mod: "belt-lamps", images: "{image}" },
        status: 200,
        has: { "images.length": 1 },
      },
      {
        method: "POST",
        target: `${PORTAL}/edit_details`,
        headers: { ...NODE, ...KEY },
        parts: { mod: "belt-lamps", title: "Lamps", description: "# Lamps", homepage: "https://lamps.example" },
        status: 200,
        has: { success: true },
      },
      { target: "/api/mods/belt-lamps", headers: NODE, status: 200, take: RELEASE, has: { title: "Lamps" } },
      { target: "/{path}?username=alice&token={token}", headers: NODE, status: 302, needs: ["location"] },
      { target: "{location}", headers: NODE, status: 200, needs: ["content-length"] },
    ],
  },
  {
    client: "factorio-docker",
    steps: [
      { target: "/api/mods/belt-lamps/full", headers: CURL, status: 200, take: RELEASE, has: { name: "belt-lamps" } },
      { target: "{path}?username=alice&token={token}", headers: CURL, status: 302, needs: ["location"] },
      { target: "{location}", headers: CURL, status: 200, needs: ["content-length"] },
      { target: "{path}?username=alice&token=wrong", headers: CURL, status: 403 },
      { target: "/api/mods/unknown/full", headers: CURL, status: 404, has: { name: undefined } },
    ],
  },
  {
    client: "fac",
    steps: [
      {
        target: "/api/mods?page_size=max",
        headers: PYTHON,
        status: 200,
        has: { "results.0.name": "belt-lamps" },
        needs: ["content-length"],
      },
      { target: "/api/mods/belt-lamps", headers: PYTHON, status: 200, take: RELEASE },
      {
        method: "POST",
        target: "/api-login?require_game_ownership=0",
        headers: PYTHON,
        form: { username: "alice", password: "wonder land" },
        status: 200,
        take: { token: "0" },
      },
      {
        method: "POST",
        target: "/api-login?require_game_ownership=0",
        headers: PYTHON,
        form: { username: "alice", password: "wrong" },
        status: 401,
        has: { error: "login-failed" },
      },
      { target: "{path}?username=alice&token={token}", headers: PYTHON, status: 302, needs: ["location"] },
      { target: "{location}", headers: PYTHON, status: 200, needs: ["content-length"] },
    ],
  },
];
