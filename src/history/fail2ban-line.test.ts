/** Lines of fail2ban's log as its versions wrote them, and lines that only look so. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLinear } from '../base/linear.ts';
import { UTC, zoneOf } from '../base/zone.ts';
import { asideOf, EXPRESSIONS, entryOf, innerTime } from './fail2ban-line.ts';
import { isFail2banLog } from './fail2ban-log.ts';
import { LogClock } from './log-clock.ts';

const BAN = { what: 'ban', jail: 'sshd', address: '203.0.113.7' };

/** A line's time and what it says. */
function read(line: string, zone = UTC): readonly [string, unknown] | undefined {
  const clock = new LogClock(zone, Date.UTC(2024, 9, 10));
  const time = clock.read(line);
  if (Number.isNaN(time)) return undefined;
  return [new Date(time).toISOString(), entryOf(line.slice(clock.end))];
}

describe('a ban', () => {
  it.each([
    ['0.8', '2024-10-03 12:00:01,500 fail2ban.actions: WARNING [sshd] Ban 203.0.113.7'],
    ['0.9.0', '2024-10-03 12:00:01,500 fail2ban.server.actions[812]: WARNING [sshd] Ban 203.0.113.7'],
    ['0.9', '2024-10-03 12:00:01,500 fail2ban.actions [812]: NOTICE [sshd] Ban 203.0.113.7'],
    ['0.10 to 1.1', '2024-10-03 12:00:01,500 fail2ban.actions        [812]: NOTICE  [sshd] Ban 203.0.113.7'],
    ['a format of its own', '2024-10-03 12:00:01,500 NOTICE [sshd] Ban 203.0.113.7'],
    ['no level', '2024-10-03 12:00:01,500 [sshd] Ban 203.0.113.7'],
    ['syslog with RFC 3339', '2024-10-03T14:00:01.5+02:00 web1 fail2ban.actions[812]: NOTICE [sshd] Ban 203.0.113.7'],
    [
      'what systemd kept of its output',
      'Oct 03 12:00:02 web1 fail2ban-server[812]: 2024-10-03 12:00:01,500 fail2ban.actions [812]: NOTICE [sshd] Ban 203.0.113.7',
    ],
  ])('is read as version %s wrote it', (_, line) => {
    expect(read(line)).toEqual(['2024-10-03T12:00:01.500Z', BAN]);
  });

  it('is read as version 0.6 wrote it, with its length where it says it', () => {
    const time = '2006-12-22T17:44:30.198Z';
    const old = { ...BAN, jail: 'SSH', seconds: undefined };
    expect(read('2006-12-22 17:44:30,198 WARNING: SSH: Ban 203.0.113.7')).toEqual([time, old]);
    const long = { ...old, seconds: 600 };
    expect(read('2006-12-22 17:44:30,198 WARNING: SSH: Ban (600 s) 203.0.113.7')).toEqual([time, long]);
    const over = { ...old, what: 'unban' };
    expect(read('2006-12-22 17:44:30,198 WARNING: SSH: Unban 203.0.113.7')).toEqual([time, over]);
    expect(read('2006-12-22 17:44:30,173 INFO: SSH: 203.0.113.7 has 5 login failure(s). Banned.')?.[1]).toBe(undefined);
  });

  it('has the year that its file was last written in, or the one before, in classic syslog', () => {
    const line = (day: string): string => `${day} 06:47:15 web1 fail2ban.actions[12265]: NOTICE [sshd] Ban 203.0.113.7`;
    expect(read(line('Oct  3'))).toEqual(['2024-10-03T06:47:15.000Z', BAN]);
    expect(read(line('Nov  3'))).toEqual(['2023-11-03T06:47:15.000Z', BAN]);
  });
});

const SPEAKER = 'fail2ban.actions        [812]: NOTICE  ';

it.each([
  ['[sshd] Unban 203.0.113.7', { ...BAN, what: 'unban' }],
  ['[sshd] Restore Ban 2001:db8::7', { ...BAN, what: 'restore', address: '2001:db8::7' }],
  ['[sshd] Found 203.0.113.7', { ...BAN, what: 'found' }],
  ['[sshd] Found 203.0.113.7 - 2024-10-03 12:00:01', { ...BAN, what: 'found', at: SPEAKER.length + 27 }],
  ['[sshd] Increase Ban 203.0.113.7 (3 # permanent -> infinite)', { ...BAN, what: 'increase', end: -1 }],
  ["Creating new jail 'sshd'", { what: 'jail', jail: 'sshd' }],
  ["Reload jail 'sshd'", { what: 'jail', jail: 'sshd' }],
  ['  banTime: 600', { what: 'bantime', seconds: 600 }],
  ['Set banTime = -1', { what: 'bantime', seconds: -1 }],
  ['Stopping all jails', { what: 'stopping' }],
  ['Shutdown in progress...', { what: 'stopping' }],
  ['Starting Fail2ban v1.0.2', { what: 'started' }],
])('"%s" is understood', (message, entry) => {
  expect(entryOf(`${SPEAKER}${message}`)).toEqual(entry);
});

it('an increase tells where its end stands', () => {
  const text = `${SPEAKER}[sshd] Increase Ban 203.0.113.7 (2 # 2w 6d -> 2025-08-04 11:33:40)`;
  const entry = entryOf(text);
  expect(entry?.what === 'increase' && text.slice(entry.end)).toBe('2025-08-04 11:33:40)');
});

it.each([
  ['a repeated failure', '[sshd] Found 203.0.113.7, bad - 2024-10-03 12:00:01, 1 # -> 2.0, Ban'],
  ['an address that is banned already', '[sshd] 203.0.113.7 already banned'],
  ['a ban of the same again', "[sshd] Reban 203.0.113.7, action 'iptables'"],
  ['words behind the address', '[sshd] Ban 203.0.113.7 8.8.8.8'],
  ['a failure of a command', "Failed to execute ban jail 'sshd' action 'x': [sshd] Ban 203.0.113.7"],
  ['a sentence about a ban', '[sshd] Ban'],
  ['an end that is none', '[sshd] Increase Ban 203.0.113.7 (2 # 1h -> tomorrow)'],
])('%s is no event', (_, message) => {
  expect(entryOf(`${SPEAKER}${message}`)).toBe(undefined);
});

it.each([
  ['[sshd] Ignore 203.0.113.7 by dns', { what: 'ignored', jail: 'sshd', address: '203.0.113.7', by: 'dns' }],
  [
    '[sshd] Ignore 203.0.113.7 by ignoreself rule',
    { what: 'ignored', jail: 'sshd', address: '203.0.113.7', by: 'ignoreself rule' },
  ],
  ['[sshd] 203.0.113.7 already banned', { what: 'held', jail: 'sshd', address: '203.0.113.7' }],
  ['[sshd] Ignore 203.0.113.7, expired bantime', undefined],
  ['stderr: [sshd] 203.0.113.7 already banned', undefined],
  ['[sshd] Ban 203.0.113.7', undefined],
])('"%s" tells why there is no ban', (message, aside) => {
  expect(asideOf(`${SPEAKER}${message}`)).toEqual(aside);
});

it.each([
  ['another program', 'Oct 03 12:00:02 web1 nginx[1]: [sshd] Ban 203.0.113.7'],
  ['no program at all', 'Oct 03 12:00:02 web1 [sshd] Ban 203.0.113.7'],
  [
    'a line that quotes another',
    `2024-10-03 12:00:01,500 fail2ban.utils [812]: ERROR 7f -- stderr: ${SPEAKER}[sshd] Ban 203.0.113.7`,
  ],
  [
    'the rest of a message of several lines',
    ' 2024-10-03 12:00:01,500 fail2ban.actions [812]: NOTICE [sshd] Ban 203.0.113.7',
  ],
])('a line of %s is no event', (_, line) => {
  expect(read(line)?.[1]).toBe(undefined);
});

describe('whatever the jail, the address and the version', () => {
  const jail = fc.stringMatching(/^[A-Za-z0-9_.-]{1,40}$/);
  const address = fc.oneof(fc.ipV4(), fc.ipV6());
  const time = fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2024, 9, 9) });
  const speaker = fc.constantFrom(SPEAKER, 'fail2ban.actions: WARNING ', 'fail2ban.server.actions[1]: NOTICE ', '');
  const verb = fc.constantFrom(['Ban', 'ban'], ['Unban', 'unban'], ['Restore Ban', 'restore'], ['Found', 'found']);
  /** As people and attackers write: a small letter, a blank. */
  const words = fc.stringMatching(/^[a-z][ -~\x80-\xff]{0,60}$/);

  it('a whole line is read as it was written', () => {
    fc.assert(
      fc.property(jail, address, time, speaker, verb, (name, ip, at, who, [said, what]) => {
        const stamp = new Date(at).toISOString().replace('T', ' ').replace('.', ',').replace('Z', '');
        const entry = { what, jail: name, address: ip };
        expect(read(`${stamp} ${who}[${name}] ${said} ${ip}`)).toEqual([new Date(at).toISOString(), entry]);
      }),
    );
  });

  it('words before or behind it make it none', () => {
    fc.assert(
      fc.property(jail, address, speaker, words, (name, ip, who, text) => {
        expect(entryOf(`${who}${text} [${name}] Ban ${ip}`)).toBe(undefined);
        expect(entryOf(`${who}[${name}] Ban ${ip} ${text}`)).toBe(undefined);
        expect(entryOf(`${who}[${name}] Found ${ip} - ${text}`)).toBe(undefined);
      }),
    );
  });
});

it('no line can hold the process', () => {
  expect(EXPRESSIONS.filter(({ source }) => !isLinear(source))).toEqual([]);
  expect(entryOf(`${' '.repeat(50_000)}[`)).toBe(undefined);
  expect(innerTime(`fail2ban${'.'.repeat(50_000)}`)).toBe(-1);
});

it('an hour that the clock repeats is told apart by the order of lines', () => {
  const zurich = zoneOf('Europe/Zurich') ?? UTC;
  const clock = new LogClock(zurich, 0);
  const times = ['01:59:00', '02:30:00', '02:59:59', '02:00:01', '02:30:00', '03:00:00'].map((time) =>
    new Date(clock.read(`2024-10-27 ${time},000 x`)).toISOString().slice(11, 19),
  );
  expect(times).toEqual(['23:59:00', '00:30:00', '00:59:59', '01:00:01', '01:30:00', '02:00:00']);
});

it.each([
  [true, '2024-10-03 12:00:01,500 fail2ban.server         [812]: INFO    Starting Fail2ban v1.0.2'],
  [true, 'the rest of what was rotated\n2024-10-03 12:00:01,500 fail2ban.actions: WARNING [ssh] Ban 203.0.113.7'],
  [true, '2006-12-22 17:44:30,173 INFO: SSH: 203.0.113.7 has 5 login failure(s). Banned.'],
  [true, 'Jul 28 06:47:15 web1 fail2ban.actions[12265]: NOTICE [apache-ips] Unban 203.0.113.7'],
  [false, 'Jul 28 06:47:15 web1 sshd[1]: Failed password for root from 203.0.113.7 port 22 ssh2'],
  [false, 'address,time\n203.0.113.7,2024-10-03 12:00:00'],
  [false, ''],
])('a log of fail2ban is known by its beginning (%s)', (is, head) => {
  expect(isFail2banLog(head)).toBe(is);
});
