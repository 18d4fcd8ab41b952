/** What actions and the record are told of failures that several lines tell of; the answers are those of fail2ban 1.0.2. */
import { expect, it } from 'vitest';
import { UTC } from '../base/zone.ts';
import { capturesOf } from '../fail2ban/action/captures.ts';
import { adopt } from '../fail2ban/adopt.ts';
import { memoryTree } from '../fail2ban/config/file-tree.ts';
import { DateForms } from '../fail2ban/dates/choose.ts';
import { readFail2ban } from '../fail2ban/fail2ban.ts';
import { TicketJails } from '../jail/jail.ts';
import type { Ban, LogFile } from '../model.ts';
import { factsOfBan } from './action-facts.ts';

const DATE = '2026-01-10 12:00:00';
const A = '203.0.113.7';
const FILTERS: Readonly<Record<string, string>> = {
  plain: 'failregex = ^\\s*app: no <F-USER>\\S+</F-USER>(?: at <F-WHERE>\\S+</F-WHERE>)? from <HOST>$\n',
  multi: 'maxlines = 4\nfailregex = ^\\s*app: start (?P<id>\\d+) <HOST>$<SKIPLINES>^\\s*app: fail (?P=id)$\n',
  session: [
    'prefregex = ^\\s*(?:\\S+ )?app\\[<F-MLFID>\\d+</F-MLFID>\\]: <F-CONTENT>.*</F-CONTENT>$',
    'failregex = ^<F-NOFAIL>connect</F-NOFAIL> from <HOST>$',
    '  ^no <F-USER>\\S+</F-USER>(?: at <F-WHERE>\\S+</F-WHERE>)?$',
    '  ^<F-MLFFORGET><F-NOFAIL>bye</F-NOFAIL></F-MLFFORGET>$\n',
  ].join('\n'),
};

interface Piece {
  readonly bytes: Buffer;
  readonly path?: string;
}

/** What the jail makes of a log. */
function told(filter: string, options: string, pieces: readonly Piece[]) {
  const files = Object.entries(FILTERS).map(([name, text]) => [`/f/filter.d/${name}.conf`, `[Definition]\n${text}`]);
  const tree = memoryTree({
    ...Object.fromEntries(files),
    '/f/fail2ban.conf': '[Definition]\n',
    '/f/jail.conf': `[DEFAULT]\nmaxretry = 3\nfindtime = 10m\n[j]\nenabled = true\nfilter = ${filter}\nlogpath = /log\n${options}\n`,
  });
  const fail2ban = readFail2ban({ tree, root: '/f' });
  const dates = new DateForms(2026);
  const adoption = adopt(fail2ban, {
    ...{ tree, zone: UTC, dates, counting: 'fail2ban', logs: 'live', own: [], chosen: [] },
    kindOf: () => ({ service: 'ssh', kind: 'ssh.login' }),
    now: ({ modified }) => modified,
  });
  const jails = new TicketJails({
    ...{ jails: adoption.jails, weights: new Map(), allow: [], ipv6Prefix: 128, priorBans: () => 0 },
    evidenceBytes: 1 << 20,
  });
  const log = adoption.filter.open();
  const bans: Ban[] = [];
  let offset = 0;
  let file: LogFile | undefined;
  for (const { bytes, path = '/log' } of pieces) {
    if (file?.path !== path) [file, offset] = [{ host: 'h', path, modified: 0 }, 0];
    for (const attempt of log.attempts({ file, bytes, offset })) bans.push(...[jails.judge(attempt, 1) ?? []].flat());
    offset += bytes.length;
  }
  const [ban] = bans;
  const [jail] = fail2ban.jails;
  if (!ban || !jail) return expect.fail('no ban');
  const captures = capturesOf(jail, { zone: UTC, dates, mode: 'replay' });
  const source = { ledger: () => undefined, maxMatches: jail.limits.maxMatches, captures };
  const origin = { country: undefined, asn: undefined, organization: undefined, organizationAsGiven: undefined };
  const unknown = { ...origin, network: undefined, scanner: undefined, latitude: undefined, longitude: undefined };
  const facts = factsOfBan({ ban, origin: { ...unknown, sources: [] }, id: undefined }, source);
  return { ban, facts, fields: facts.fields() };
}

function lines(...messages: readonly string[]): Piece[] {
  return messages.map((message) => ({ bytes: Buffer.from(`${DATE} ${message}\n`) }));
}

const USERS = lines(`app: no alice at x1 from ${A}`, `app: no bob from ${A}`, `app: no carol from ${A}`);

it('has the fields of the first failure, and nothing of another in them', () => {
  const { fields, facts } = told('plain', '', USERS);
  expect([fields.get('user'), fields.get('where'), facts.matches().length]).toEqual(['alice', 'x1', 3]);
  const other = told('plain', '', [...USERS].reverse());
  expect([other.fields.get('user'), other.fields.get('where')]).toEqual(['carol', undefined]);
});

it('has them when the lines of the first failure are none of the matches', () => {
  const { fields, facts, ban } = told('plain', 'maxmatches = 1', USERS);
  expect([fields.get('user'), fields.get('where')]).toEqual(['alice', 'x1']);
  expect(facts.matches()).toEqual([`${DATE} app: no carol from ${A}`]);
  expect(ban.evidence.map(({ user }) => user)).toEqual(['alice', 'carol']);
});

const TOGETHER = [`app: start 1 ${A}`, 'app: other', 'app: fail 1', `app: start 2 ${A}`, 'app: fail 2'];

it('has all lines that are looked at together, those between left out', () => {
  const { facts, ban } = told('multi', 'maxretry = 2\nmaxmatches = 10', lines(...TOGETHER));
  const matches = [0, 2, 3, 4].map((i) => `${DATE} ${TOGETHER[i]}`);
  expect(facts.matches()).toEqual(matches);
  expect(facts.failures()).toBe(2);
  const offsets = TOGETHER.map(
    (_, i) =>
      `${TOGETHER.slice(0, i)
        .map((each) => `${DATE} ${each}\n`)
        .join('')}`.length,
  );
  expect(ban.evidence.map(({ line, offset, count }) => [line, offset, count])).toEqual(
    [0, 2, 3, 4].map((i, k) => [`${DATE} ${TOGETHER[i]}`, offsets[i], k % 2]),
  );
  expect(ban.reason).toMatchObject({ score: 2, kinds: { 'ssh.login': 2 } });
});

const SESSION = [`app[5]: connect from ${A}`, 'app[5]: no alice', 'app[5]: no bob at y', 'app[5]: bye'];

it('has the lines of a session that say whom it is about', () => {
  const { facts, fields, ban } = told('session', 'maxmatches = 10', lines(...SESSION));
  expect(facts.matches()).toEqual(SESSION.map((each) => `${DATE} ${each}`));
  expect([fields.get('user'), fields.get('where'), fields.get('ip4')]).toEqual(['alice', undefined, A]);
  expect(ban.evidence.map(({ count }) => count)).toEqual([0, 1, 1, 1]);
});

it('keeps such lines byte for byte, with the part of the log that they are in', () => {
  const first = Buffer.from(`é\n${DATE} app[5]: connect from ${A}\n`);
  const [, name = '', , bye = ''] = SESSION;
  const odd = Buffer.concat([Buffer.from(`${DATE} app[6]: no `), Buffer.from([0xff, 0xfe]), Buffer.from(' at z\n')]);
  const rest = [
    Buffer.from(`${DATE} ${name}\n${DATE} ${bye}\n`),
    Buffer.from(`${DATE} \xff app[6]: connect from ${A}\n`, 'latin1'),
    odd,
  ];
  const pieces = rest.map((bytes) => ({ bytes, path: '/log' }));
  const { ban } = told('session', 'maxretry = 2', [
    { bytes: first, path: '/log.1' },
    ...pieces,
    ...lines('app[6]: no x'),
  ]);
  expect(ban.evidence.map(({ path, offset, count, line }) => [path, offset, count, line])).toMatchObject([
    ['/log.1', 3, 0, `${DATE} app[5]: connect from ${A}`],
    ['/log', 0, 1, `${DATE} app[5]: no alice`],
    ['/log', 69, 0, `${DATE} \xff app[6]: connect from ${A}`],
    ['/log', 124, 1, `${DATE} app[6]: no \xff\xfe at z`],
  ]);
});

it('keeps entries of a journal whole', () => {
  const entries = SESSION.map((each, i) => {
    const [, pid, MESSAGE] = /^app\[(\d)\]: (.*)$/.exec(each) ?? [];
    const time = String(Date.UTC(2026, 0, 10, 12, 0, i) * 1_000);
    return JSON.stringify({ __REALTIME_TIMESTAMP: time, _HOSTNAME: 'h', SYSLOG_IDENTIFIER: 'app', _PID: pid, MESSAGE });
  });
  const pieces = entries.map((each) => ({ bytes: Buffer.from(`${each}\n`) }));
  const { ban, facts, fields } = told('session', 'backend = systemd\nmaxmatches = 10', pieces);
  expect(ban.evidence.map(({ line }) => line)).toEqual(entries);
  expect(facts.matches()).toEqual(SESSION.map((each) => `h ${each}`));
  expect(fields.get('user')).toBe('alice');
});
