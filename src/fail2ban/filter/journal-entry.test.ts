import { describe, expect, it } from 'vitest';
import { isJournalLine, isMatched, parseEntry, parseMatch, wordsOf } from './journal-entry.ts';

const ENTRY = {
  ...{ __REALTIME_TIMESTAMP: '1727949600123456', _HOSTNAME: 'web1', SYSLOG_IDENTIFIER: 'sshd', _COMM: 'sshd-session' },
  ...{ _PID: '4711', _SYSTEMD_UNIT: 'ssh.service', MESSAGE: 'Failed password for root from 203.0.113.7 port 22 ssh2' },
};

function entry(change: Record<string, unknown> = {}) {
  const line = Buffer.from(JSON.stringify({ ...ENTRY, ...change }));
  expect(isJournalLine(line)).toBe(true);
  return parseEntry(line) ?? expect.fail('no entry');
}

describe('parseEntry()', () => {
  it('makes the line that the original makes', () => {
    expect(entry()).toMatchObject({
      text: 'web1 sshd[4711]: Failed password for root from 203.0.113.7 port 22 ssh2',
      time: 1_727_949_600_123.456,
    });
  });

  it.each([
    [{ SYSLOG_PID: '12' }, 'web1 sshd[12]: '],
    [{ SYSLOG_IDENTIFIER: '' }, 'web1 sshd-session[4711]: '],
    [{ SYSLOG_IDENTIFIER: undefined, _COMM: undefined }, 'web1 '],
    [{ _HOSTNAME: undefined, _PID: undefined }, 'sshd: '],
    [{ _PID: 'x' }, 'web1 sshd[x]: '],
    [
      { SYSLOG_IDENTIFIER: 'kernel', _PID: undefined, __MONOTONIC_TIMESTAMP: '1500000' },
      'web1 kernel: [    1.500000] ',
    ],
  ])('%j', (change, prefix) => {
    expect(entry(change).text).toBe(prefix + ENTRY.MESSAGE);
  });

  it('takes bytes, several values, and lines within a message', () => {
    expect(entry({ MESSAGE: [97, 0xff, 98] }).text).toBe('web1 sshd[4711]: a\ufffdb');
    expect(entry({ MESSAGE: ['a', 'b'] }).text).toBe('web1 sshd[4711]: a b');
    expect(entry({ MESSAGE: 'a\nb' }).text).toBe('web1 sshd[4711]: a\\nb');
    expect(entry({ MESSAGE: null }).text).toBe('web1 sshd[4711]: ');
  });

  it('goes by when an entry was sent, where that is known', () => {
    expect(entry({ _SOURCE_REALTIME_TIMESTAMP: '1727949600000000' }).time).toBe(1_727_949_600_000);
  });

  it('is none of what is cut short, or has no time', () => {
    expect(parseEntry(Buffer.from('{"__REALTIME_TIMESTAMP":"1","MESS'))).toBeUndefined();
    expect(parseEntry(Buffer.from('{"__REALTIME_TIMESTAMP":"x"}'))).toBeUndefined();
    expect(parseEntry(Buffer.from('[]'))).toBeUndefined();
    expect(isJournalLine(Buffer.from('{"time":"2024-10-03T10:00:00Z"}'))).toBe(false);
  });
});

describe('parseMatch()', () => {
  it.each([
    [[['_SYSTEMD_UNIT=ssh.service']], true],
    [[['_SYSTEMD_UNIT=ssh.service', '_COMM=sshd-session']], true],
    [[['_SYSTEMD_UNIT=ssh.service', '_COMM=nginx']], false],
    [[['_COMM=sshd', '_COMM=sshd-session']], true],
    [[['_COMM=nginx', '+', '_SYSTEMD_UNIT=ssh.service']], true],
    [[['_COMM=nginx'], ['_SYSTEMD_UNIT=ssh.service']], true],
    [[['_COMM=nginx'], ['_COMM=dovecot']], false],
    [[], true],
  ])('%j', (lines, isWanted) => {
    expect(isMatched(parseMatch(lines), entry())).toBe(isWanted);
  });

  it('names all that the journal is to be asked for', () => {
    const match = parseMatch([['_SYSTEMD_UNIT=a.service', '_COMM=b', '+', '_COMM=c']]);
    expect(wordsOf(match)).toEqual(['_SYSTEMD_UNIT=a.service', '_COMM=b', '_COMM=c']);
  });
});
