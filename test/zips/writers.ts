import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ZipFile } from "yazl";
import { writeZip } from "../../src/store/zip-write.ts";
import { type RawEntry, rawZip } from "./raw-zip.ts";

/** A program that makes zips. */
export interface ZipWriter {
  readonly name: string;
  /** What has to be installed. */
  readonly needs: string;
  /** Make `out.zip` of `my-mod/` in a folder; false when it could not. */
  readonly write: (folder: string) => Promise<boolean> | boolean;
}

export const GOOD_MOD = { name: "my-mod", version: "1.2.3" };

const INFO = '{"name":"my-mod","version":"1.2.3","title":"T","author":"Ä","factorio_version":"2.0"}';
const LUA = 'data:extend({ { type = "item" } })\n'.repeat(40);

/** Mods of several kinds: files by path. */
export const GOOD_MODS: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>> = {
  plain: { "info.json": INFO, "data.lua": LUA },
  usual: {
    "info.json": INFO,
    "data.lua": LUA,
    "control.lua": "",
    "changelog.txt": "-".repeat(99),
    "locale/en/my-mod.cfg": "[item-name]\nx=X\n",
    "graphics/icons/x.png": Uint8Array.from({ length: 5000 }, (_, at) => (at * at * 31) & 0xff),
  },
  alphabets: { "info.json": INFO, "locale/日本語/ü.cfg": "[a]\nb=ß\n", "locale/ru/Привет.cfg": "x" },
  "byte-order mark": { "info.json": `\ufeff${INFO}`, "data-final-fixes.lua": "-- nothing\n" },
  many: {
    "info.json": INFO,
    ...Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`a/${at % 7}/${at}.lua`, LUA])),
  },
};

/** Put a mod into a folder, to be packed. */
export function layOut(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, content] of Object.entries(files)) {
    const full = join(folder, "my-mod", path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
  }
}

/** Programs of the system, and what npm has. */
export const WRITERS: readonly ZipWriter[] = [
  program("zip", "zip -qr out.zip my-mod"),
  program("zip", "zip -qr0X out.zip my-mod", "stored, no extra fields"),
  program("zip", "zip -qrD out.zip my-mod", "no folders"),
  program("zip", "zip -qr -fz out.zip my-mod", "64-bit"),
  program("zip", "zip -qr - my-mod | cat > out.zip", "as a stream"),
  program("zip", "zip -qr9 -z out.zip my-mod < my-mod/info.json", "with a comment"),
  program("zip", "zip -qr out.zip my-mod && echo >> my-mod/info.json && zip -qr out.zip my-mod", "updated in place"),
  program("7z", "7z a -bd out.zip my-mod > /dev/null"),
  program("7z", "7z a -bd -mx=0 -mcu=on out.zip my-mod > /dev/null", "stored, UTF-8"),
  program("bsdtar", "bsdtar -cf out.zip --format zip my-mod"),
  program("jar", "jar -cMf out.zip my-mod"),
  program("jar", "jar -cM0f out.zip my-mod", "stored"),
  program(
    "git",
    "git init -q . && git add my-mod && git -c user.name=a -c user.email=a@b commit -qm x && git archive --format=zip -o out.zip HEAD my-mod",
  ),
  program("go", "GO111MODULE=off go run pack.go", "archive/zip", {
    "pack.go": goProgram(),
  }),
  program(
    "perl",
    `perl -MArchive::Zip -e '$z=Archive::Zip->new;$z->addTree("my-mod","my-mod");$z->writeToFileNamed("out.zip")'`,
  ),
  python("make_archive", 'shutil.make_archive("out","zip",".","my-mod")'),
  python(
    "writestr, deflated",
    'z=zipfile.ZipFile("out.zip","w",8)\nfor p in paths: z.writestr(p,open(p,"rb").read())\nz.close()',
  ),
  python(
    "64-bit always",
    'z=zipfile.ZipFile("out.zip","w")\nfor p in paths:\n  with z.open(p,"w",force_zip64=True) as f: f.write(open(p,"rb").read())\nz.close()',
  ),
  python(
    "to a stream",
    'class S:\n  def __init__(s,f): s.f=f\n  def write(s,b): return s.f.write(b)\n  def flush(s): s.f.flush()\nz=zipfile.ZipFile(S(open("out.zip","wb")),"w",8)\nfor p in paths: z.write(p)\nz.close()',
  ),
  made("yazl", (files) => yazl(files, {})),
  made("yazl, 64-bit", (files) => yazl(files, { forceZip64Format: true })),
  made("yazl, streams with descriptors", (files) => yazl(files, { asStreams: true })),
  made("ours", async (files) =>
    Buffer.from(writeZip([...files].map(([path, bytes]) => ({ path, bytes, deflate: true })))),
  ),
  made("PowerShell before 5.1, with backslashes", async (files) =>
    rawZip(
      [...files].map(([path, data]): RawEntry => ({ name: path.replaceAll("/", "\\"), data, method: 8, flags: 0x800 })),
    ),
  ),
  made("macOS, with __MACOSX", async (files) =>
    rawZip(
      [...files].flatMap(([path, data]): RawEntry[] => [
        { name: path, data, method: 8, flags: 0x800 },
        { name: `__MACOSX/${path.replace(/([^/]*)$/, "._$1")}`, data: Buffer.from("Mac OS X"), flags: 0x800 },
      ]),
    ),
  ),
];

/** Packages of npm that pack; `modules` is where they were installed. */
export function npmWriters(modules: string): readonly ZipWriter[] {
  const script = (name: string, text: string): ZipWriter => ({
    name: `${name} of npm`,
    needs: name,
    write: (folder) => {
      if (!existsSync(join(modules, name))) return false;
      writeFileSync(
        join(folder, "pack.cjs"),
        `const load=(name)=>require(${JSON.stringify(modules)}+"/"+name);${NODE_FILES}${text}`,
      );
      return (
        spawnSync(process.execPath, ["pack.cjs"], { cwd: folder }).status === 0 && existsSync(join(folder, "out.zip"))
      );
    },
  });
  return [
    script(
      "jszip",
      'const z=new(load("jszip"))();for(const p of files)z.file(p,fs.readFileSync(p));z.generateNodeStream({streamFiles:true,compression:"DEFLATE"}).pipe(fs.createWriteStream("out.zip"))',
    ),
    script(
      "fflate",
      'const f={};for(const p of files)f[p]=new Uint8Array(fs.readFileSync(p));fs.writeFileSync("out.zip",load("fflate").zipSync(f))',
    ),
    script(
      "archiver",
      'const a=load("archiver")("zip");a.pipe(fs.createWriteStream("out.zip"));a.directory("my-mod","my-mod");a.finalize()',
    ),
    script("adm-zip", 'const z=new(load("adm-zip"))();z.addLocalFolder("my-mod","my-mod");z.writeZip("out.zip")'),
  ];
}

const NODE_FILES =
  'const fs=require("fs");const files=fs.readdirSync("my-mod",{recursive:true,withFileTypes:true}).filter(e=>e.isFile()).map(e=>(e.parentPath??e.path)+"/"+e.name);';

function program(
  needs: string,
  command: string,
  how?: string,
  files: Readonly<Record<string, string>> = {},
): ZipWriter {
  return {
    name: how === undefined ? needs : `${needs}, ${how}`,
    needs,
    write: (folder) => {
      if (spawnSync("which", [needs]).status !== 0) return false;
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      return spawnSync("sh", ["-c", command], { cwd: folder }).status === 0 && existsSync(join(folder, "out.zip"));
    },
  };
}

function python(how: string, statements: string): ZipWriter {
  const head =
    'import zipfile,shutil,glob,os\npaths=sorted(p for p in glob.glob("my-mod/**",recursive=True) if os.path.isfile(p))\n';
  const file = { "pack.py": head + statements };
  return program("python3", "python3 pack.py", how, file);
}

/** A writer that is a function from the files of a mod to a zip. */
function made(name: string, make: (files: ReadonlyMap<string, Buffer>) => Promise<Buffer>): ZipWriter {
  return {
    name,
    needs: "node",
    write: async (folder) => {
      const entries = readdirSync(join(folder, "my-mod"), { recursive: true, withFileTypes: true });
      const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      const files = new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path)]));
      writeFileSync(join(folder, "out.zip"), await make(files));
      return true;
    },
  };
}

async function yazl(
  files: ReadonlyMap<string, Buffer>,
  options: { readonly forceZip64Format?: boolean; readonly asStreams?: boolean },
): Promise<Buffer> {
  const { asStreams = false, forceZip64Format = false } = options;
  const { Readable } = await import("node:stream");
  const zip = new ZipFile();
  for (const [path, bytes] of files) {
    if (asStreams) zip.addReadStreamLazy(path, { forceZip64Format }, (done) => done(null, Readable.from([bytes])));
    else zip.addBuffer(bytes, path, { forceZip64Format });
  }
  zip.end({ forceZip64Format, comment: "" });
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(pieces);
}

function goProgram(): string {
  return `package main
import ("archive/zip"; "io"; "os"; "path/filepath")
func main() {
  out, _ := os.Create("out.zip")
  w := zip.NewWriter(out)
  filepath.Walk("my-mod", func(p string, i os.FileInfo, e error) error {
    if e != nil || i.IsDir() { return e }
    f, _ := w.Create(p); r, _ := os.Open(p); io.Copy(f, r); return r.Close()
  })
  w.Close(); out.Close()
}
`;
}
