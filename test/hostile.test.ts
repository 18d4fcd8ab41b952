/**
 * Logs whose user names, URLs, user agents and file names are meant for the terminal, the spreadsheet, the browser or
 * the database of whoever reads the record. No command lets a byte of them act.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseNetwork } from '../src/base/address.ts';
import { openLedger } from '../src/ledger/ledger.ts';
import { columns, done, plainConfig, put, rapsheet, readReport, scratch, tableOf } from './run.ts';

/** Latin1: one character a byte, as in a log. */
const NAMES: ReadonlyArray<readonly [what: string, name: string]> = [
  ['a terminal’s title', '\x1b]0;owned\x07'],
  ['a color by C1', utf8('\u009b31mred')],
  ['a color by a bare C1 byte', '\x9b32mgreen'],
  ['text that runs backwards', utf8('\u202egpj.exe')],
  ['an isolate', utf8('\u2066x\u2069')],
  ['a line separator', utf8('a\u2028b')],
  ['nothing to be seen', utf8('a\u200b\u00ad\ufeffb')],
  ['SQL', "'; DROP TABLE ban;--"],
  ['a prototype', '__proto__'],
  ['a constructor', 'constructor'],
  ['a formula', "=cmd|' /C calc'!A0"],
  ['a sum', '@SUM(1+1)'],
  ['a plus', '+1+1'],
  ['a minus', '-1+1'],
  ['a formula behind a tab', '\t=1+1'],
  ['a formula behind a return', '\r=1+1'],
  ['a script', '<script>alert(1)</script>'],
  ['an image', '![x](https://evil.example/x.png)'],
  ['a link', '[x](javascript:alert(1))'],
  ['a table cell', 'a|b`c`**d**'],
  ['an entity', '&lt;b&gt;'],
  ['a quote', 'x","y'],
  ['a shell', '$(touch canary)`touch canary`'],
  ['no UTF-8', '\xff\xfe\xc0'],
  ['delete', 'a\x7fb'],
  ['NUL', 'a\0b'],
];

const folder = scratch();
// Each address alone: its attackers are of one network.
const config = plainConfig(folder, '[wide]\nenabled = false\n[campaign]\nenabled = false\n');
const ledger = join(folder, 'ledger.db');
const logs = join(folder, 'logs');
const read = ['-c', config, '--ledger', ledger];

beforeAll(async () => {
  const clock = (index: number, k: number): string => `12:${String(index).padStart(2, '0')}:0${k}`;
  const ssh = linesFor(({ name, index, k }) => {
    const message = `Failed password for invalid user ${name} from 203.0.113.${index} port 22 ssh2`;
    return `2024-10-03T${clock(index, k)}.000000+00:00 host sshd[${100 * index + k}]: ${message}`;
  });
  const web = linesFor(({ name, index, k }) => {
    const text = name.replaceAll('"', '\\x22');
    const request = `"GET /wp-login.php?${text} HTTP/1.1" 404 153 "${text}" "${text}"`;
    return `198.51.100.${index} - - [03/Oct/2024:${clock(index, k)} +0000] ${request}`;
  });
  put(join(logs, 'auth.log'), Buffer.from(ssh, 'latin1'));
  put(join(logs, 'nginx', 'access.log'), Buffer.from(web, 'latin1'));
  put(join(logs, 'ev\x1b[2Jil\n\u202e=1.log'), 'in no format\n');
  put(join(logs, 'ev\x1b[2Jil\n\u202e=2.log'), Buffer.alloc(5000, '\0\x01\x02'));
  await done(['replay', ...read, '--quiet', '--host', `web1=${logs}`]);
});

/** Five lines for each name: enough for a ban. */
function linesFor(line: (at: { name: string; index: number; k: number }) => string): string {
  return NAMES.flatMap(([, name], index) =>
    [1, 2, 3, 4, 5].map((k) => `${line({ name, index: index + 1, k })}\n`),
  ).join('');
}

function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** What could act on a terminal, or hide: controls but the newline, and what is invisible or turns text around. */
const ACTIVE = /[\0-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffd]/;

function expectHarmless(text: string): void {
  const at = text.search(ACTIVE);
  expect(at < 0 ? '' : JSON.stringify(text.slice(Math.max(0, at - 60), at + 20))).toBe('');
}

describe('hostile logs', () => {
  it.each([
    [['replay', '-c', config, '-n', logs]],
    [['replay', '-c', config, '-n', '--json', logs]],
    [['replay', '-c', config, '-n', '-q', '--print', 'attempts', logs]],
    [['replay', '-c', config, '-n', '-q', '--print', 'bans', logs]],
    [['report', ...read, '--top', 'all']],
    [['report', ...read, '--top', 'all', '--format', 'markdown']],
    [['report', ...read, '--top', 'all', '--format', 'json']],
    [['show', '203.0.113.0/24', ...read, '--lines', 'all']],
    [['show', '203.0.113.0/24', ...read, '--lines', 'all', '--json']],
    [['show', '198.51.100.0/24', ...read, '--lines', 'all']],
  ])('rapsheet %j lets no byte of them act', async (given) => {
    const { status, out, err } = await rapsheet(given);
    expect(status, err).toBe(0);
    expect(out.length + err.length).toBeGreaterThan(400);
    expectHarmless(out);
    expectHarmless(err);
  });

  it('explain --json gives a name as it is', async () => {
    const line = 'Oct  3 12:00:00 h sshd[1]: Failed password for zoë from 203.0.113.7 port 22 ssh2';
    const { out } = await rapsheet(['explain', line, '-c', config, '--json']);
    expect(JSON.parse(out)).toMatchObject({ attempt: { user: 'zoë' } });
  });

  it.each([[[]], [['--json']]])('explain %j shows such a line without letting it act', async (more) => {
    // Every fourth, and those for terminals, which come first.
    for (const [, name] of NAMES.filter((_, index) => index < 6 || index % 4 === 0)) {
      // Arguments hold no NUL and nothing but UTF-8.
      const text = Buffer.from(name, 'latin1')
        .toString('utf8')
        .replaceAll(/[\0\ufffd]/g, '');
      const line = `Oct  3 12:00:00 h sshd[1]: Failed password for ${text} from 203.0.113.7 port 22 ssh2`;
      const { out, err } = await rapsheet(['explain', line, '-c', config, ...more]);
      expect(out.length).toBeGreaterThan(100);
      expectHarmless(out + err);
    }
  });

  it('errors that quote what was given do not let it act', async () => {
    for (const given of [
      ['show', '\x1b[2J'],
      ['report', '--table', '\x1b[2J'],
      ['replay', '\x1b[2J\u202e'],
      ['\x1b[2J'],
    ]) {
      const { status, out, err } = await rapsheet([...given, ...(given[0] === '\x1b[2J' ? [] : read)]);
      expect(status).toBeGreaterThan(0);
      expectHarmless(out + err);
    }
  });

  it('no cell of a CSV is a formula, and each is one cell', async () => {
    const out = join(folder, 'csv');
    await done(['report', ...read, '--top', 'all', '--format', 'csv', '-o', out]);
    const text = await done(['report', ...read, '--top', 'all', '--format', 'csv', '--table', 'users']);
    const rows = text.split('\r\n').filter((line) => line !== '');
    expectHarmless(rows.join('\n'));
    const cells = rows.map((row) => [...row.matchAll(/(?:^|,)"((?:[^"]|"")*)"/g)].map((match) => match[1] ?? ''));
    expect(new Set(cells.map((row) => row.length)).size).toBe(1);
    expect(cells.length).toBeGreaterThan(NAMES.length);
    expect(cells.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(cells.flat().filter((cell) => cell.startsWith("'"))).not.toEqual([]);
  });

  it('Markdown shows names and is not made of them', async () => {
    const text = await done(['report', ...read, '--top', 'all', '--format', 'markdown', '--table', 'users']);
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    expect(new Set(rows.map((row) => row.split('|').length)).size).toBe(1);
    // Outside of code, nothing of a name.
    const bare = text.replaceAll(/`[^`\n]*`/g, '');
    expect(bare).not.toMatch(/<script|javascript:|evil\.example|DROP|\*\*d\*\*/);
  });

  it('every name is counted, apart, as what it is', async () => {
    const report = readReport(await done(['report', ...read, '--top', 'all', '--json']));
    const users = columns(tableOf(report, 'users').rows, ['user', 'attempts']);
    expect(users).toHaveLength(NAMES.length);
    expect(users.filter(([, attempts]) => attempts !== 5)).toEqual([]);
    expect(users.map(([user]) => user)).toEqual(
      expect.arrayContaining(['__proto__', 'constructor', "'; DROP TABLE ban;--"]),
    );
    expect(tableOf(report, 'totals').total).toMatchObject({ bans: 2 * NAMES.length, addresses: 2 * NAMES.length });
  });

  it('the evidence is what the log says, byte for byte', async () => {
    const record = await openLedger({ path: ledger, mode: 'read', clock: () => 0 });
    try {
      for (const [index, [what, name]] of NAMES.entries()) {
        const subject = parseNetwork(`203.0.113.${index + 1}`);
        const bans = subject ? [...record.bansOf(subject)] : [];
        const evidence = bans.flatMap(({ id }) => record.evidenceOf(id));
        expect([what, ...evidence.map(({ user }) => user)]).toEqual([what, name, name, name, name, name]);
        expect(evidence.every(({ line }) => line.includes(` ${name} from`))).toBe(true);
      }
    } finally {
      record.close();
    }
  });

  it('no command ran what a name says', () => {
    expect(existsSync(join(folder, 'canary')) || existsSync('canary')).toBe(false);
  });
});
