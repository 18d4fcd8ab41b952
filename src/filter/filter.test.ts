import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNetwork } from '../base/address.ts';
import { UTC } from '../base/zone.ts';
import type { Attempt } from '../model.ts';
import type { CompiledPattern } from './compile.ts';
import { createFilter, type LogFilter } from './filter.ts';
import { SAMPLE_FILE, samplePatterns } from './sample.ts';

const SSH = samplePatterns({
  process: 'sshd(?:-session)?',
  patterns: [
    { kind: 'ssh.login', match: 'Failed \\S+ for (?:invalid user )?<user> from <address> port <port>(?: ssh2)?' },
    { kind: 'ssh.close', match: 'Connection closed by <address> port <port> \\[preauth\\]' },
  ],
});
const WEB = samplePatterns({
  format: 'access',
  patterns: [
    { kind: 'web.probe.env', request: '\\S+ \\S*/\\.env(?:\\?\\S*)? HTTP/\\S+', status: '4\\d\\d' },
    { kind: 'web.request', status: '400|501' },
    { kind: 'web.auth', status: '401', name: '[^-].*' },
  ],
});

const head = (second: number): string => `2024-10-03T12:00:${String(second).padStart(2, '0')}Z host sshd[7]: `;
const failed = (second: number, rest = ''): string =>
  `${head(second)}Failed password for root from 203.0.113.7 port 22 ssh2${rest}`;

function open(patterns: readonly CompiledPattern[], proxies: readonly string[] = []): LogFilter {
  const trustedProxies = proxies.flatMap((text) => parseNetwork(text) ?? []);
  return createFilter({ patterns, zone: UTC, trustedProxies }).open();
}

function filterText(filter: LogFilter, text: string, offset = 0): Attempt[] {
  const bytes = Buffer.from(text, 'latin1');
  return [...filter.attempts({ file: SAMPLE_FILE, bytes, offset }), ...filter.finish()];
}

describe('createFilter()', () => {
  it('makes a whole attempt of a hostile line, and counts every line', () => {
    const filter = open(SSH);
    const text = `${head(0)}Server listening\n${failed(1)}\r\n${head(2)}Accepted password for a\n`;
    const [attempt, ...rest] = filterText(filter, text, 1_000);
    expect(rest).toEqual([]);
    expect(attempt).toMatchObject({
      time: Date.parse('2024-10-03T12:00:01Z'),
      address: { text: '203.0.113.7' },
      pattern: { filter: 'sample', number: 1, kind: 'ssh.login' },
      user: 'root',
      offset: 1_000 + text.indexOf(failed(1)),
      line: failed(1),
      count: 1,
    });
    expect(filter.counts).toMatchObject({ lines: 3, unknown: 0 });
  });

  it.each([
    [
      'a planted address before the real one',
      `${head(1)}Failed password for x from 198.51.100.99 port 1 ssh2 from 203.0.113.7 port 22 ssh2`,
      '203.0.113.7',
    ],
    [
      'a name that ends like a line',
      `${head(1)}Failed password for invalid user from 198.51.100.99 port 22 from 203.0.113.7 port 2`,
      '203.0.113.7',
    ],
    ['text behind the end', failed(1, ' from 198.51.100.99'), undefined],
    ['another program', failed(1).replace('sshd', 'evil'), undefined],
    ['a program that only begins so', failed(1).replace('sshd', 'sshd-evil'), undefined],
    ['an octal address', failed(1).replace('203.0.113.7', '0203.0.113.7'), undefined],
    ['a NUL in the name', failed(1).replace('root', 'ro\0ot'), '203.0.113.7'],
    ['a carriage return in the name', failed(1).replace('root', 'ro\rot'), '203.0.113.7'],
    ['invalid UTF-8 in the name', failed(1).replace('root', 'ro\xff\xfeot'), '203.0.113.7'],
    ['a message that may have been cut', failed(1).replace('root', 'x'.repeat(2_000)), undefined],
    ['a line of many kilobytes', failed(1).replace('root', 'x'.repeat(9_000)), undefined],
  ])('with %s finds the right one', (_, line, address) => {
    const filter = open(SSH);
    const [attempt] = filterText(filter, `${head(0)}start\n${line}\n`);
    expect(attempt?.address.text).toBe(address);
  });

  it('counts what it sets aside for its length', () => {
    const filter = open(SSH);
    filterText(filter, `${head(0)}start\n${failed(1).replace('root', 'x'.repeat(9_000))}\n`);
    expect(filter.counts.oversize).toBe(1);
  });

  it('says of a log without known format that all its lines are unknown', () => {
    const filter = open(SSH);
    expect(filterText(filter, 'Failed password for root from 203.0.113.7 port 22 ssh2\nx\n')).toEqual([]);
    expect(filter.counts).toMatchObject({ lines: 2, unknown: 2 });
    expect(filter.format).toBeUndefined();
  });

  it('finds the same attempts however the log is cut into chunks', () => {
    const lines = Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? failed(i) : `${head(i)}session opened for ${i}`));
    const whole = filterText(open(SSH), `${lines.join('\n')}\n`);
    expect(whole).toHaveLength(14);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 40, maxLength: 40 }), (sizes) => {
        const filter = open(SSH);
        const found: Attempt[] = [];
        let offset = 0;
        for (let at = 0, i = 0; at < lines.length; i++) {
          const text = `${lines.slice(at, at + (sizes[i] ?? 1)).join('\n')}\n`;
          found.push(...filterText(filter, text, offset));
          offset += text.length;
          at += sizes[i] ?? 1;
        }
        expect(found).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('reads web requests by field, not by words', () => {
    const line = (request: string, status: number, rest = '"-" "-"', name = '-'): string =>
      `203.0.113.7 - ${name} [03/Oct/2024:12:00:01 +0200] "${request}" ${status} 153 ${rest}`;
    const cases: ReadonlyArray<readonly [line: string, kind: string | undefined]> = [
      [line('GET /.env HTTP/1.1', 404), 'web.probe.env'],
      [line('GET /.env HTTP/1.1', 200), undefined],
      [line('GET / HTTP/1.1', 404, '"http://a/.env HTTP/1.1" "-"'), undefined],
      [line('GET /docs/.env.html HTTP/1.1', 404), undefined],
      [line('\\x16\\x03', 400), 'web.request'],
      [line('GET /private HTTP/1.1', 401), undefined],
      [line('GET /private HTTP/1.1', 401, '"-" "-"', 'bob'), 'web.auth'],
    ];
    const found = filterText(open(WEB), `${cases.map(([text]) => text).join('\n')}\n`);
    expect(found.map((attempt) => attempt.pattern.kind)).toEqual(cases.flatMap(([, kind]) => kind ?? []));
    expect(found[0]).toMatchObject({ target: 'GET /.env HTTP/1.1', address: { text: '203.0.113.7' } });
  });

  it.each([
    ['sets a forwarded request aside when no proxy is trusted', [], undefined, 1],
    ['believes a trusted proxy', ['203.0.113.7'], '192.0.2.9', 0],
    ['does not believe a client that claims to forward', ['203.0.113.99'], '203.0.113.7', 0],
    ['reads the chain from the right, past trusted proxies', ['203.0.113.7', '192.0.2.9'], '198.51.100.99', 0],
  ])('%s', (_, proxies, address, forwarded) => {
    const filter = open(WEB, proxies);
    const line =
      '203.0.113.7 - - [03/Oct/2024:12:00:01 +0200] "GET /.env HTTP/1.1" 404 1 "-" "-" "198.51.100.99, 192.0.2.9"';
    const [attempt] = filterText(filter, `${line}\n`);
    expect(attempt?.address.text).toBe(address);
    expect(filter.counts.forwarded).toBe(forwarded);
  });

  it.each([
    ['0.003', '203.0.113.7'],
    ['garbage, 192.0.2.9', undefined],
  ])('takes an extra column of %j for %s', (column, address) => {
    const line = `203.0.113.7 - - [03/Oct/2024:12:00:01 +0200] "GET /.env HTTP/1.1" 404 1 "-" "-" "${column}"`;
    expect(filterText(open(WEB), `${line}\n`)[0]?.address.text).toBe(address);
  });

  it('finds attempts in a journald message given as bytes', () => {
    const message = JSON.stringify([...Buffer.from('Failed password for r\xff from 203.0.113.7 port 22', 'latin1')]);
    const line = `{"__REALTIME_TIMESTAMP":"1727956801000000","SYSLOG_IDENTIFIER":"sshd","MESSAGE":${message}}`;
    expect(filterText(open(SSH), `${line}\n`)[0]).toMatchObject({ address: { text: '203.0.113.7' }, user: 'r\xff' });
  });

  it.each([
    ['long', 5_000, false, 'root'],
    ['long and not printable', 8_000, true, 'root'],
    ['too long', 8_300, true, undefined],
  ])('reads a message of the journal that is %s', (_, length, asBytes, user) => {
    const filter = open(SSH);
    const text = `Failed password for root from 203.0.113.7 port 22 ssh2`;
    const padded = text.replace('for root', `for ${'x'.repeat(length - text.length)}root`);
    const message = asBytes ? [...Buffer.from(padded)] : padded;
    const fields = { __CURSOR: 's=1;i=1', __REALTIME_TIMESTAMP: '1727956801000000', SYSLOG_IDENTIFIER: 'sshd' };
    const lines = [
      { ...fields, MESSAGE: message },
      { ...fields, SYSLOG_IDENTIFIER: 'cron', MESSAGE: 'a job' },
    ];
    const [attempt] = filterText(filter, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect(attempt?.user?.slice(-4)).toBe(user);
    expect(filter.counts.oversize).toBe(user === undefined ? 1 : 0);
  });

  it('keeps the limits for JSON that is not of the journal: a relay may have cut it', () => {
    const filter = open(SSH);
    const msg = `Failed password for ${'x'.repeat(3_000)} from 203.0.113.7 port 22 ssh2`;
    const fields = { timereported: '2024-10-03T12:00:01Z', programname: 'sshd' };
    expect(filterText(filter, `${JSON.stringify({ ...fields, msg })}\n`)).toEqual([]);
    const array = [...Buffer.from(msg)];
    expect(filterText(filter, `${JSON.stringify({ ...fields, msg: array, MESSAGE: array })}\n`)).toEqual([]);
    expect(filter.counts.oversize).toBe(2);
  });

  it('goes on where another process stopped, with the format that was found, at every line', () => {
    const text = `${head(0)}Server listening\n${failed(1)}\n${failed(2)}\nwhat is this\n${failed(3)}\n`;
    const set = createFilter({ patterns: SSH, zone: UTC, trustedProxies: [] });
    const expected = filterText(set.open(), text).map(({ offset }) => offset);
    expect(expected.length).toBe(3);
    for (let cut = text.indexOf('\n') + 1; cut > 0 && cut < text.length; cut = text.indexOf('\n', cut) + 1) {
      const first = set.open();
      const part = (from: number, to?: number): Buffer => Buffer.from(text.slice(from, to), 'latin1');
      const found = first.attempts({ file: SAMPLE_FILE, bytes: part(0, cut), offset: 0 });
      const second = set.open(JSON.parse(JSON.stringify(first.save())));
      expect(second.format).toBe(first.format);
      found.push(...second.attempts({ file: SAMPLE_FILE, bytes: part(cut), offset: cut }), ...second.finish());
      expect(found.map(({ offset }) => offset)).toEqual(expected);
    }
  });
});
