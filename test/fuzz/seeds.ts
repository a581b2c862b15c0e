import { makeTestSave, saveHeaderBytes, testSaveHeader } from "../../src/testing/test-save.ts";

/** Texts as the game, its users, portals and we ourselves write them; all of them made up here. */

export const DEPENDENCIES = [
  "base >= 2.0",
  "? flib",
  "! bob",
  "(?) quality >= 2.0.0",
  "~ a b = 1.0",
  "+ more-ores > 1",
  "Squeak Through",
  "a<=1.2.3",
];

export const INFO = [
  '{"name":"a","version":"1.0.0","title":"A","author":"b","factorio_version":"2.0","dependencies":["base >= 2.0","? c"]}',
  '\ufeff{\r\n\t"name": "a b",\n"version": "0.1", "title": "one\ntwo", "dependencies": "base", "x": {"y": [1, 2.5e3, null, true]}}',
];

export const MOD_LIST = [
  '{\n  "mods": \n  [\n    \n    {\n      "name": "base",\n      "enabled": true\n    },\n    {\n      "name": "a",\n      "enabled": false,\n      "version": "1.0.0"\n    }\n  ]\n}',
  '{"mods":[{"name":"b","enabled":"true"}],"more":{"kept":[1]}}',
];

export const INI = [
  "; version=13\n[path]\nread-data=__PATH__executable__/../../data\nwrite-data=/x\n[other]\r\nenable-new-mods=false\n",
  "a=b\n# c\n[x]\ny = z = 1\n",
];

export const SERVER_SETTINGS = [
  '{"name":"x","username":"alice","token":"0123456789abcdef","visibility":{"public":true}}',
  '{"service-username":"alice","service-token":"0123"}',
];

export const CHANGELOG = [
  `${"-".repeat(99)}\nVersion: 1.0.0\nDate: 2026-01-01\n  Bugfixes:\n    - Mended.\n      More.\n${"-".repeat(99)}\nVersion: 0.9.0\n  Changes:\n    - Changed\n`,
];

export const MANIFEST = [
  '{\n  // mods\n  "mods": { "flib": "*", "a": ">= 1.0, < 2", "b": {"version": "1.0.0", "enabled": false} },\n  "factorio": "2.0.60",\n  "builtIns": { "quality": false },\n  "without": ["c"],\n  "portals": ["https://mods.example"]\n}',
  "{}",
];

export const LOCKFILE = [
  `{"lockfileVersion":1,"factorio":"2.0.60","request":"x","builtIns":[{"name":"base","version":"2.0.60","enabled":true}],"mods":[{"name":"a","version":"1.0.0","file":"a_1.0.0.zip","enabled":true,"factorioVersion":"2.0","dependencies":["base"],"sha1":"${"a".repeat(40)}","sha256":"${"b".repeat(64)}","size":12,"portal":"https://mods.example","downloadUrl":"/download/a/1"}]}`,
];

export const PLAN = [
  JSON.stringify({
    planVersion: 1,
    actual: "c".repeat(64),
    command: "install",
    files: { "roboport.json": "{}", "roboport.lock": LOCKFILE[0] },
  }),
];

export const STAMP = [
  '{"version":1,"modsDir":"mods","files":{"roboport.json":"1:2.5:3"},"mods":{"a_1.0.0.zip":"1:2:3"},"summary":{"mods":1,"factorio":"2.0.60"}}',
];

export const UNIVERSE = [
  '{"game":"2.0.60","builtIns":[{"name":"base","version":"2.0.60","dependencies":[]}],"mods":{"a":{"releases":[{"version":"1.0.0","factorio_version":"2.0","dependencies":["base"]}]}}}',
];

const RELEASE = `{"version":"1.0.0","download_url":"/download/a/1","file_name":"a_1.0.0.zip","sha1":"${"a".repeat(40)}","released_at":"2026-01-01T00:00:00.000000Z","info_json":{"factorio_version":"2.0","dependencies":["base"]}}`;

export const PORTAL_MOD = [
  `{"name":"a","title":"A","owner":"b","summary":"s","downloads_count":7,"category":"content","releases":[${RELEASE}],"license":{"id":"x","title":"MIT"},"tags":["trains"],"images":[{"id":"1"}],"changelog":"","deprecated":false}`,
];

export const PORTAL_LIST = [
  `{"pagination":{"count":1,"page":1,"page_count":1,"page_size":25,"links":{"first":null,"next":null,"prev":null,"last":null}},"results":[{"name":"a","title":"A","owner":"b","summary":"s","downloads_count":1,"latest_release":${RELEASE}}]}`,
];

export const PORTAL_SEARCH = [
  `{"pagination":null,"results":[{"name":"a","title":"A","owner":"b","summary":"s","latest_release":"1.0.0"}]}`,
];

export const PROC_LOCKS = [
  "1: POSIX  ADVISORY  WRITE 4711 fe:00:1234 0 EOF\n2: FLOCK  ADVISORY  WRITE 12 fd:01:99 0 EOF\n2: -> FLOCK  ADVISORY  WRITE 13 fd:01:99 0 EOF\n",
];

export const MOUNTS = [
  "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw\n32 31 0:28 / /a\\040b rw - nfs4 host:/x rw\n",
];

/** A dictionary of three groups, each with one setting of another kind. */
export const SETTINGS = [settings()];

export const SAVE_HEADER = [Buffer.from(saveHeaderBytes(testSaveHeader()))];

export const SAVES = [
  Buffer.from(makeTestSave({ mods: { base: "2.0.60", a: "1.0.0" }, settings: { x: 1.5, y: "z" } })),
  Buffer.from(makeTestSave({ version: [0, 18, 30, 0], folder: "old world" })),
];

export const SETTINGS_DOCUMENT = [
  '{"version":"2.0.60-0","startup":{"a":true,"b":-1,"c":{"r":1,"g":0.5}},"runtime-global":{"d":"x"},"runtime-per-user":{},"stored":{"startup":{"b":{"type":"signed","value":"-1"}}}}',
  '{"version":"1.1.0-0","startup":{"a":{"value":[1,"2",null]}}}',
];

export const DEFINED_SETTINGS = [
  'data:extend({ { type = "int-setting", name = "a-count", setting_type = "startup", default_value = 4, minimum_value = 1, allowed_values = {1, 2, 4} }, -- more\n  { type = "string-setting", name = [[b]], setting_type = "runtime-global", default_value = "x" .. y } })',
  'for i = 1, 3 do data:extend{{ type = "bool-setting", name = "each-" .. i, ["setting_type"] = \'startup\', default_value = not false }} end --[==[ x ]==]',
];

export const LOG = [
  [
    "   0.000 2026-01-01 12:00:00; Factorio 2.0.60 (build 83000, linux64, headless)",
    "   0.100 Loading mod settings a 1.0.0 (settings.lua)",
    "   0.200 Checksum of a: 123456",
    "   0.300 Info HttpSharedState.cpp:55: Downloading https://me:t0@mods.factorio.com/api/mods/a?token=t0ken&version=2.0",
    "   0.400 Info HttpSharedState.cpp:145: Status code: 200",
    '   0.500 Error ModManager.cpp:1: Failed to load mod "a": __a__/data.lua:1: x',
    "   0.600 Error A.cpp:1: The mod A mod (1.0.0) caused a non-recoverable error.",
  ].join("\n"),
];

export const CONNECT_TARGETS = ["mods.factorio.com:443", "[2001:db8::1]:443", "127.0.0.1:80"];

export const HAR = [
  JSON.stringify({
    log: {
      version: "1.2",
      entries: [
        {
          request: {
            method: "POST",
            url: "https://mods.factorio.com/api/search?lang=en&x=1",
            postData: { mimeType: "application/json", text: '{"query":"a"}' },
          },
          response: {
            status: 200,
            content: { mimeType: "application/json", text: '{"results":[{"name":"a","x":[1]}],"pagination":null}' },
          },
        },
        {
          request: {
            method: "GET",
            url: "https://mods.factorio.com/download/a/1?token=[redacted string]",
            postData: { mimeType: "application/x-www-form-urlencoded", params: [{ name: "a", value: "b" }] },
          },
          response: { status: 302, content: { mimeType: "text/html", encoding: "base64", text: "PGE+" } },
        },
      ],
    },
  }),
];

export const FORM_IN_PARTS = [
  Buffer.from(
    '--x\r\nContent-Disposition: form-data; name="mod"\r\n\r\na\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="a_1.0.0.zip"\r\nContent-Type: application/zip\r\n\r\nPK\r\n--x--\r\n',
  ),
];

function settings(): Buffer {
  const key = (name: string) => Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name)]);
  const dictionary = (entries: readonly (readonly [string, Buffer])[]) => {
    const count = Buffer.alloc(4);
    count.writeUInt32LE(entries.length);
    return Buffer.concat([Buffer.from([5, 0]), count, ...entries.flatMap(([name, value]) => [key(name), value])]);
  };
  const value = (of: Buffer) => dictionary([["value", of]]);
  const number = Buffer.alloc(10);
  number[0] = 2;
  number.writeDoubleLE(1.5, 2);
  const groups = dictionary([
    ["startup", dictionary([["a", value(Buffer.from([1, 0, 1]))]])],
    ["runtime-global", dictionary([["b", value(number)]])],
    ["runtime-per-user", dictionary([["c", value(Buffer.from([3, 0, 0, 2, 0x68, 0x69]))]])],
  ]);
  return Buffer.concat([Buffer.from([2, 0, 0, 0, 60, 0, 0, 0, 0]), groups]);
}
