/** Filters drafted from lines: each is complete, and holds as `rapsheet check` sees it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { filterCommand } from './filter-new.ts';
import { runCommand, scratch } from './testing.ts';

const HOLDS = 'It holds: its hits are recognized, its misses are not, and no planted address comes out.';

function make(...given: readonly string[]) {
  return runCommand(filterCommand(), ['new', ...given]);
}

function keyOf(out: string, key: string): string | undefined {
  const line = out.split('\n').find((each) => new RegExp(`^${key.replace('.', '\\.')} *= `).test(each));
  return line?.replace(/^[\w.]+ *= '{1,3}/, '').replace(/'{1,3}$/, '');
}

const SHOP = 'Oct  3 12:00:01 www shopd[412]: ';
const APP = '2024-10-03 12:00:01,123 ';

describe('rapsheet filter new', () => {
  it.each([
    [
      'one line of syslog',
      [`${SHOP}login refused for "alice" (wrong password) from 203.0.113.7 port 40112`],
      'login refused for "<user>" \\(wrong password\\) from <address> port <port>',
    ],
    [
      'two lines of syslog',
      [
        `${SHOP}login refused for "alice" (wrong password) from 203.0.113.7 port 40112`,
        `${SHOP}login refused for "bob smith" (unknown) from 203.0.113.9 port 5`,
      ],
      'login refused for "<user>" \\((?:wrong password|unknown)\\) from <address> port <port>',
    ],
    [
      "an application's own log",
      [`${APP}WARN  [auth] login of alice refused from 203.0.113.7:40112`],
      'WARN  \\[auth\\] login of <user> refused from <address>:<port>',
    ],
    [
      'lines in which only the comparison shows the name',
      [`${APP}bad password: alice (203.0.113.7)`, `${APP}bad password: bob (203.0.113.9)`],
      'bad password: [\\w.-]+ \\(<address>\\)',
    ],
    [
      'brackets, quotes, a placeholder in the text',
      [`[03-Oct-2024 12:00:01 +0200]: <ab12> Failed access: don't use <user> (203.0.113.7)`],
      "<ab12> Failed access: don't use \\<user> \\(<address>\\)",
    ],
    [
      "nginx's error log",
      ['2024/10/03 12:00:01 [error] 34#35: *12 access refused by shop, client: 203.0.113.7, server: x'],
      'access refused by shop, client: <address>, server: x',
    ],
    ['bytes that are no ASCII', [`${APP}accès refusé: 203.0.113.7`], 'acc\\xc3\\xa8s refus\\xc3\\xa9: <address>'],
  ])('makes a filter of %s', async (_, lines, match) => {
    const { out, err, status } = await make(...lines);
    expect(keyOf(out, 'match')).toBe(match);
    expect(err).toContain(HOLDS);
    expect(status).toBe(0);
    expect(out.split('[[hit]]').length - 1).toBeGreaterThanOrEqual(3);
    expect(out.split('[[miss]]')).toHaveLength(3);
    expect(out).toContain('198.51.100.99');
  });

  it('makes a filter of JSON, by field', async () => {
    const record = {
      time: '2024-10-03T12:00:01Z',
      event: { action: 'login' },
      message: 'wrong password',
      ip: '203.0.113.7',
    };
    const { out, err } = await make(JSON.stringify({ ...record, username: 'alice' }));
    expect(keyOf(out, 'field.event.action')).toBe('login');
    expect(keyOf(out, 'field.message')).toBe('wrong password');
    expect([keyOf(out, 'address'), keyOf(out, 'user')]).toEqual(['ip', 'username']);
    expect(err).toContain(HOLDS);
    const text = { time: record.time, message: 'Login failed: user alice (Remote IP: 203.0.113.7)' };
    const other = await make(JSON.stringify(text));
    expect(keyOf(other.out, 'field.message')).toBe('Login failed: user <user> \\(Remote IP: <address>\\)');
    expect(other.err).toContain(HOLDS);
  });

  it('makes a filter of an access log', async () => {
    const line = '203.0.113.7 - - [03/Oct/2024:12:00:01 +0200] "GET /shop/admin?x=1 HTTP/1.1" 403 153 "-" "curl/8"';
    const { out, err } = await make(line, '--kind', 'web.forbidden');
    expect([keyOf(out, 'request'), keyOf(out, 'status')]).toEqual(['GET /shop/admin(?:\\?\\S*)? HTTP/[\\d.]+', '403']);
    expect(err).toContain(HOLDS);
  });

  it('asks which of several addresses is meant', async () => {
    const line = `${APP}denied 203.0.113.7 at 192.0.2.1`;
    expect(await make(line)).toMatchObject({
      status: 65,
      err: expect.stringContaining('203.0.113.7, 192.0.2.1 (say which'),
    });
    const { out } = await make(line, '--address', '203.0.113.7');
    expect(keyOf(out, 'match')).toBe('denied <address> at [\\da-fA-F.:]+');
  });

  it.each([
    [['no timestamp 203.0.113.7'], 65, 'not of one format'],
    [[`${APP}refused a.example.net`], 65, 'there is no address'],
    [[`${APP}x 203.0.113.7`, '--kind', 'web.logn'], 64, 'there is no such kind (did you mean'],
    [[`${APP}x 203.0.113.7`], 1, 'no text of 5 bytes'],
  ])('says of %j what is wrong', async (given, status, what) => {
    const said = await make(...given);
    expect(said.err).toContain(what);
    expect(said.status).toBe(status);
  });

  it('says when another is not needed', async () => {
    const { err } = await make('Oct  3 12:00:01 h sshd[1]: Failed password for root from 203.0.113.7 port 22 ssh2');
    expect(err).toContain('line 1 is recognized already: filter sshd, pattern');
  });

  it('shows what it would find', async () => {
    const log = join(scratch(), 'shop.log');
    const lines = [1, 2, 3].map((host) => `${SHOP}login refused for "x" from 203.0.113.${host}\n${SHOP}started\n`);
    writeFileSync(log, lines.join(''));
    const { err } = await make(`${SHOP}login refused for "alice" from 203.0.113.7`, '--try', log);
    expect(err).toContain('Tried on 6 lines: 3 attempts from 3 addresses.');
    expect(err).toContain('1  203.0.113.2');
  });

  it('says that a log could not be read to its end', async () => {
    const log = join(scratch(), 'shop.log.gz');
    const lines = Array.from({ length: 200 }, (_, host) => `${SHOP}login refused for "x" from 203.0.113.${host}\n`);
    writeFileSync(log, gzipSync(lines.join('')).subarray(0, -100));
    const { err } = await make(`${SHOP}login refused for "alice" from 203.0.113.7`, '--try', log);
    expect(err).toContain(
      `  ${log}: the gzip data is damaged: it ends too early (the lines before the damage were read)`,
    );
  });
});
