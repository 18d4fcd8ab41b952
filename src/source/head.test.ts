import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { notALog, notALogByName } from './head.ts';

const LINE = 'Oct  3 12:00:01 host sshd[1]: Failed password for root from 203.0.113.7 port 22 ssh2\n';

describe('notALog()', () => {
  const logs: ReadonlyArray<readonly [what: string, head: Buffer]> = [
    ['nothing', Buffer.alloc(0)],
    ['a syslog', Buffer.from(LINE.repeat(40))],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${LINE}`)],
    ['latin1', Buffer.from(`M\xe4rz 3 12:00:01 host pr\xfcfer[1]: gr\xfc\xdfe\n`, 'latin1')],
    ['colors', Buffer.from(`\x1b[32minfo\x1b[0m ${LINE}`)],
    ['a hole at the beginning', Buffer.concat([Buffer.alloc(3000), Buffer.from(LINE)])],
    ['a hole after a crash', Buffer.concat([Buffer.from(LINE), Buffer.alloc(3900), Buffer.from(LINE)])],
    ['control characters that a client sent', Buffer.from(LINE + '\x01\x02\x03\x04\n'.repeat(700))],
    ['JSON', Buffer.from('{"__REALTIME_TIMESTAMP":"1727949601000000","MESSAGE":"x"}\n')],
    ['a line that speaks of BZ', Buffer.from('BZ')],
  ];
  it.each(logs)('lets %s pass', (_what, head) => expect(notALog(head)).toBeUndefined());

  const others: ReadonlyArray<readonly [reason: string, head: Buffer]> = [
    ['xz-compressed', Buffer.from('fd377a585a000004', 'hex')],
    ['zstd-compressed', Buffer.from('28b52ffd0458', 'hex')],
    ['bzip2-compressed', Buffer.from('BZh91AY&SY', 'latin1')],
    ['lz4-compressed', Buffer.from('04224d1864', 'hex')],
    ['compressed twice', Buffer.from('1f8b0800', 'hex')],
    ['a journal of systemd', Buffer.from('LPKSHHRH\0\0\0\0')],
    ['UTF-16', Buffer.from(`\ufeff${LINE}`, 'utf16le')],
    ['UTF-16', Buffer.from(`\ufeff${LINE}`, 'utf16le').swap16()],
    ['a tar archive', Buffer.concat([Buffer.from('auth.log'.padEnd(257, '0')), Buffer.from('ustar\x0000')])],
    ['an SQLite database', Buffer.from('SQLite format 3\0')],
    ['a program', Buffer.from('\x7fELF\x02\x01', 'latin1')],
    ['a picture', Buffer.from('89504e470d0a1a0a', 'hex')],
    ['binary, not a log', Buffer.from(LINE, 'utf16le')],
    ['binary, not a log', Buffer.concat([Buffer.from(LINE), Buffer.from(LINE.repeat(10), 'utf16le')])],
    ['binary, not a log', Buffer.alloc(4096)],
    ['binary, not a log', Buffer.from('0200000000000000', 'hex')],
    ['binary, not a log', Buffer.from('text that soon \x02 ends')],
  ];
  it.each(others)('says %s', (reason, head) => expect(notALog(head)).toMatchObject({ reason }));

  it('says how to make a log of what is packed', () => {
    expect(notALog(Buffer.from('fd377a585a00', 'hex'))?.hint).toBe('xz -dc FILE | rapsheet replay -');
  });

  it('sees random bytes as binary, nearly always', () => {
    const passed = Array.from({ length: 500 }, () => randomBytes(4096)).filter((head) => !notALog(head));

    expect(passed.length).toBeLessThan(50);
  });
});

describe('notALogByName()', () => {
  it.each(['system.journal', 'user-1000.journal~', 'wtmp', 'btmp.1', 'btmp-20241003', 'lastlog', 'faillog'])(
    'knows %s',
    (name) => expect(notALogByName(name)).toBeDefined(),
  );
  it.each(['auth.log', 'journal.log', 'wtmp2.log', 'lastlogin.log'])('lets %s pass', (name) =>
    expect(notALogByName(name)).toBeUndefined(),
  );
});
