/** The log of a fail2ban that runs, as a file and as entries of the journal, with what an attacker may have put into it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UTC } from '../base/zone.ts';
import { ServerLog } from './fail2ban-events.ts';

const TIME = Date.UTC(2024, 9, 3, 12, 0, 1, 500);
const ABOUT = { jail: 'sshd', subject: '203.0.113.7', time: TIME };

function line(message: string): string {
  return `2024-10-03 12:00:01,500 fail2ban.actions        [812]: NOTICE  ${message}\n`;
}

function entry(message: unknown): string {
  return `${JSON.stringify({ MESSAGE: message, __REALTIME_TIMESTAMP: `${TIME}000`, _COMM: 'fail2ban-server' })}\n`;
}

function read(text: string, log = new ServerLog(UTC)) {
  const file = { host: 'web1', path: 'fail2ban.log', modified: Date.UTC(2024, 9, 10) };
  return log.read({ file, bytes: Buffer.from(text), offset: 0 });
}

describe('a line', () => {
  it.each([
    ['[sshd] Ban 203.0.113.7', [{ what: 'ban', ...ABOUT, length: undefined }]],
    ['[sshd] Ban ::ffff:203.0.113.7', [{ what: 'ban', ...ABOUT, length: undefined }]],
    ['[sshd] Restore Ban 203.0.113.7', [{ what: 'restore', ...ABOUT }]],
    ['[sshd] Unban 203.0.113.7', [{ what: 'unban', ...ABOUT }]],
    ['[sshd] Found 203.0.113.7 - 2024-10-03 12:00:00', [{ what: 'found', ...ABOUT, failedAt: TIME - 1_500 }]],
    ['[sshd] Found 203.0.113.7', [{ what: 'found', ...ABOUT }]],
    ['[sshd] Ignore 203.0.113.7 by dns', [{ what: 'ignored', ...ABOUT, by: 'dns' }]],
    ['[sshd] 203.0.113.7 already banned', [{ what: 'held', ...ABOUT }]],
    [
      '[sshd] Increase Ban 203.0.113.7 (2 # 1h -> 2024-10-03 13:00:01)',
      [{ what: 'increase', ...ABOUT, until: Date.UTC(2024, 9, 3, 13, 0, 1) }],
    ],
    ['Jail sshd started', []],
  ])('"%s" is understood', (message, events) => {
    expect(read(line(message))).toEqual(events);
  });

  it('tells of names and ids as they are, harmless', () => {
    const [ban] = read(line('[sshd] Ban evil\u001b[31m.example'));
    expect(ban).toMatchObject({ what: 'ban', subject: 'evil\\x1b[31m.example' });
  });

  it('of a ban has the length that the log said of the jail', () => {
    const log = new ServerLog(UTC);
    read(line("Creating new jail 'sshd'") + line('  banTime: 600') + line("Creating new jail 'shop'"), log);
    read(line('  banTime: -1'), log);
    expect(read(line('[sshd] Ban 203.0.113.7') + line('[shop] Ban 203.0.113.7'), log)).toEqual([
      expect.objectContaining({ jail: 'sshd', length: 600_000 }),
      expect.objectContaining({ jail: 'shop', length: Number.POSITIVE_INFINITY }),
    ]);
  });

  it('while it stops ends no ban', () => {
    const unban = line('[sshd] Unban 203.0.113.7');
    const text = line('Shutdown in progress...') + unban + line('Starting Fail2ban v1.0.2') + unban;
    expect(read(text)).toHaveLength(1);
  });

  it('that quotes one, or is longer than any of its own, is none', () => {
    expect(read(line('7f -- stderr: [sshd] Ban 203.0.113.7') + line(`[sshd] Ban ${'9'.repeat(2_000)}`))).toEqual([]);
  });
});

describe('an entry of the journal', () => {
  it.each([
    ['as it is', '[sshd] Ban 203.0.113.7'],
    ['with its program and level', 'fail2ban.actions        [812]: NOTICE  [sshd] Ban 203.0.113.7'],
    ['with a time of its own', '2024-10-03 12:00:00,100 fail2ban.actions [812]: NOTICE  [sshd] Ban 203.0.113.7'],
    ['as bytes', [...Buffer.from('[sshd] Ban 203.0.113.7')]],
  ])('is read %s, at the time of the journal', (_, message) => {
    expect(read(entry(message))).toEqual([{ what: 'ban', ...ABOUT, length: undefined }]);
  });

  it('that is none says nothing', () => {
    expect(read(`{"MESSAGE":"[sshd] Ban 203.0.113.7"}\n{"MESSAGE\n${entry(7)}${entry(['x'])}`)).toEqual([]);
  });
});

it('whatever stands in a log, it is no ban unless a whole line of fail2ban says so', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const hostile = text.replaceAll('\n', '');
      expect(read(`${hostile}\n`).filter(({ what }) => what === 'ban')).toEqual([]);
      const quoted = `Oct  3 12:00:01 web1 sshd[1]: ${hostile} [sshd] Ban 203.0.113.7\n`;
      expect(read(quoted)).toEqual([]);
    }),
  );
});
