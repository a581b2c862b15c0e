/** Texts that are to be encoded wherever they are put. */
export const HOSTILE_TEXTS: readonly string[] = [
  "",
  " ",
  "..",
  "../../etc/passwd",
  "\0",
  "a\r\nX-Evil: 1",
  "\u{1f4a5}\u202e",
  "ünï\ufffd",
  "a".repeat(5_000),
  "__proto__",
  "constructor",
  "' OR 1=1 --",
  '"><script>',
  "%",
  "${7*7}",
  "null",
  "-1",
  "0",
  "1e309",
  "999999999999999999999",
  "NaN",
  "true",
  "[]",
  "belt-lamps,flib,,belt-lamps",
  "max",
  "2.0.76.1.2",
  "99999.99999",
];

/** What stands in a target as it is: half of it is no encoding at all. */
export const HOSTILE_TARGETS: readonly string[] = [
  "%",
  "%ff",
  "%zz",
  "%E0%A4%A",
  "%00",
  "%2e%2e%2f%2e%2e",
  "%2F",
  "%5C",
  "+",
  "a=b=c",
  "[]",
  ";",
  "..",
  "a%20b",
  "%F0%9F%92%A5",
];

/** What is no JSON that anybody would send, or none at all. */
export const HOSTILE_JSON: readonly Buffer[] = [
  "",
  "null",
  "0",
  '"text"',
  "[]",
  "{",
  "{}{}",
  "[".repeat(50_000),
  '{"a":'.repeat(5_000) + "1" + "}".repeat(5_000),
  '{"query":{"toString":null},"page":{},"version":[]}',
  '{"query":"a","query":"b","__proto__":{"page":2}}',
  '{"query":1e400,"page":-1,"page_size":"0","tag":[null,{},[["x"]]],"category":{"a":1}}',
  `{"query":"${"(a+)+ ".repeat(100)}","highlight_pre_tag":"${"x".repeat(10_000)}"}`,
  '{"query":"\\u0000\\ud800","sort_attribute":"__proto__","order":"constructor"}',
  '{"version":"2.0.0.0","factorio_version":"x"}',
  '{"only_bookmarks":true,"username":{},"token":[]}',
]
  .map((text) => Buffer.from(text))
  .concat([Buffer.from([0xff, 0xfe, 0x00]), Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d])]);

/** Forms of several parts that are broken, with the type that announces them. */
export const BROKEN_FORMS: readonly { readonly type: string; readonly body: Buffer }[] = [
  ["multipart/form-data", "--x\r\n\r\n"],
  ["multipart/form-data; boundary=", "--\r\n\r\n----"],
  ["multipart/form-data; boundary=x", ""],
  ["multipart/form-data; boundary=x", "no boundary at all"],
  ["multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\nPK'],
  ["multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--\r\n"],
  ["multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\nx\r\n--x--\r\n'],
  ["multipart/form-data; boundary=x", `--x\r\n${"A: b\r\n".repeat(5_000)}\r\nx\r\n--x--\r\n`],
  [
    "multipart/form-data; boundary=x",
    '--x\r\nContent-Disposition: form-data; name="mod"\r\n\r\na\r\n'.repeat(100) + "--x--",
  ],
  [`multipart/form-data; boundary=${"b".repeat(500)}`, "--b"],
  ["multipart/mixed; boundary=x", "--x--"],
  ["application/x-www-form-urlencoded", "%ff=%&&&=&mod=%zz&mod=+"],
  ["application/x-www-form-urlencoded", "mod[]=a&mod[b]=c&__proto__=d"],
  ["application/json", '{"mod":"belt-lamps"}'],
  ['text/plain; charset="', "mod=belt-lamps"],
  ["", "mod=belt-lamps"],
].map(([type = "", body = ""]) => ({ type, body: Buffer.from(body) }));
