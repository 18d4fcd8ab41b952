/** The samples of a drafted filter, and its file. What a client could write is among the samples. Pure. */
import { fromLog } from '../base/text.ts';
import type { Attempt } from '../model.ts';
import { type Draft, isRecord } from './draft.ts';
import { VICTIM } from './planting.ts';

/** Other addresses that a sample may come from. */
const OTHERS = ['203.0.113.7', '192.0.2.77', '2001:db8::7'];

export interface DraftFile {
  readonly about: string;
  readonly service: string;
  readonly kind: string;
  readonly draft: Draft;
  readonly hits: ReadonlyArray<{ readonly line: string; readonly attempt: Attempt }>;
  readonly misses: readonly string[];
}

/** The lines again from other addresses, so that there are three, and one in which the user name plants an address. */
export function moreHits(lines: readonly string[], attempts: readonly Attempt[]): string[] {
  const [line, attempt] = [lines[0] ?? '', attempts[0]];
  if (!attempt) return [];
  const { user, address } = attempt;
  const planted =
    user === undefined || user === '' ? undefined : replaceLast(line, user, `x from ${VICTIM}`, address.text);
  const others = OTHERS.filter((other) => other !== address.text).map((other) => line.replaceAll(address.text, other));
  return [...(planted === undefined ? [] : [planted]), ...others].slice(
    0,
    Math.max(planted === undefined ? 0 : 1, 3 - lines.length),
  );
}

/** What must not be recognized: the message within another, and the message cut before its address. */
export function missesFor(line: string, { address }: Attempt, messageStart: number): string[] {
  const forged = line.replaceAll(address.text, VICTIM);
  if (isRecord(line)) {
    const record = JSON.parse(line);
    const time = Object.entries(record).filter(([key]) => /^@?(?:ts|time|timestamp|date)/i.test(key));
    const about = { ...Object.fromEntries(time), note: 'a client sent', text: forged };
    const others = { ...record, ...withoutTelling(record) };
    return [JSON.stringify(about), JSON.stringify(others)];
  }
  const [head, message] = [line.slice(0, messageStart), forged.slice(messageStart)];
  const cut = line.slice(0, Math.max(messageStart + 1, line.lastIndexOf(address.text))).trimEnd();
  return [`${head}a client sent: ${message}`, cut];
}

/** The same object, telling of something else. */
function withoutTelling(record: object): object {
  return Object.fromEntries(
    Object.entries(record)
      .filter(([key]) => /^(?:msg|message|event|type|action|status|result|reason|error|level|code)$/i.test(key))
      .map(([key, value]) => [key, typeof value === 'number' ? 0 : 'something else']),
  );
}

/** The name's last place before the address, where the service wrote it. */
function replaceLast(line: string, text: string, by: string, address: string): string {
  const before = line.lastIndexOf(text, line.lastIndexOf(address));
  const at = before < 0 ? line.indexOf(text) : before;
  return at < 0 ? line : line.slice(0, at) + by + line.slice(at + text.length);
}

export function fileText({ about, service, kind, draft, hits, misses }: DraftFile): string {
  const head = [
    '# Drafted from log lines. Look it through: what may stand in each place, and who can write it there?',
    '# Then put it into the folder "filters" beside rapsheet.toml, and run: rapsheet check',
    `about   = ${quoted(about)}`,
    `service = ${quoted(service)}`,
    `format  = ${quoted(draft.format)}`,
    ...(draft.process === undefined ? [] : [`process = ${quoted(draft.process)}`]),
    ...(draft.format === 'syslog'
      ? []
      : ['# Where it logs, so that the file is found by itself:', '# logs  = ["/var/log/NAME.log"]']),
  ];
  const pattern = [
    '[[pattern]]',
    `kind    = ${quoted(kind)}`,
    ...draft.keys.map(([key, text]) => `${key.padEnd(7)} = ${quoted(text)}`),
  ];
  const samples = hits.map(({ line, attempt }) => {
    const user = attempt.user === undefined ? '' : `, user = ${quoted(fromLog(attempt.user))}`;
    return [
      '[[hit]]',
      `line    = ${quoted(fromLog(line))}`,
      `attempt = { kind = ${quoted(kind)}, address = ${quoted(attempt.address.text)}${user} }`,
    ];
  });
  const others = misses.map((line) => ['[[miss]]', `line = ${quoted(fromLog(line))}`]);
  return `${[head, pattern, ...samples, ...others].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** As TOML: in single quotes where that says it, for expressions are full of backslashes. */
function quoted(text: string): string {
  if (!/['\u0000-\u0008\u000a-\u001f\u007f]/.test(text)) return `'${text}'`;
  if (!/'''|'$|[\u0000-\u0008\u000a-\u001f\u007f]/.test(text)) return `'''${text}'''`;
  return JSON.stringify(text).replace(/\u007f/g, '\\u007f');
}
