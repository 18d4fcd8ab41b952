import { describe, expect, it } from 'vitest';
import { UTC } from '../base/zone.ts';
import { createFilter } from './filter.ts';
import { SAMPLE_FILE, samplePatterns } from './sample.ts';

const PATTERNS = samplePatterns({
  format: 'nginx-error',
  patterns: [
    {
      kind: 'web.flood',
      match: 'limiting requests, excess: [0-9.]+ by zone "\\S+", client: <address>, server: \\S+, request: <any>',
    },
  ],
});

const record = (connection: number, message: string, worker = '34#34'): string =>
  `2024/10/03 12:00:01 [error] ${worker}: *${connection} ${message}`;
const tail = (client: string, request = 'GET / HTTP/1.1'): string =>
  `, client: ${client}, server: example.org, request: "${request}", host: "example.org"`;
const limited = (connection: number, client: string, worker?: string): string =>
  record(connection, `limiting requests, excess: 5.1 by zone "one"${tail(client)}`, worker);
const missing = (connection: number, path: string, client: string, request?: string): string =>
  record(connection, `open() "/srv/www${path}" failed (2: No such file or directory)${tail(client, request)}`);
const VICTIM = '198.51.100.99';
const filler = Array.from({ length: 12 }, (_, i) => limited(100 + i, '203.0.113.50')).join('\n');

function addressesIn(log: string): { found: string[]; forged: number } {
  const filter = createFilter({ patterns: PATTERNS, zone: UTC, trustedProxies: [] }).open();
  const bytes = Buffer.from(`${log}\n`, 'latin1');
  const attempts = [...filter.attempts({ file: SAMPLE_FILE, bytes, offset: 0 }), ...filter.finish()];
  const found = attempts.map((attempt) => attempt.address.text).filter((address) => address !== '203.0.113.50');
  return { found, forged: filter.counts.forged };
}

describe('ForgeryGuard', () => {
  it('lets genuine lines pass, near others and far from them', () => {
    const log = [limited(1, '203.0.113.7'), missing(2, '/a', '203.0.113.8'), limited(3, '203.0.113.7'), filler].join(
      '\n',
    );
    expect(addressesIn(log)).toEqual({ found: ['203.0.113.7', '203.0.113.7'], forged: 0 });
  });

  const forgedLine = limited(9, VICTIM);
  it.each([
    ['a newline in the path', missing(5, `/x\n${forgedLine}\n`, '203.0.113.86', 'GET /x%0a2024 HTTP/1.1')],
    [
      'a path that imitates the end of its record',
      missing(5, `/x" failed (2: No)${tail(VICTIM)}\n${forgedLine}\n`, '203.0.113.86', 'GET /x%0a HTTP/1.1'),
    ],
    [
      'a user name, whose request tells nothing',
      record(
        5,
        `user "x\n${forgedLine}\n2024/10/03 12:00:01 [error] 34#34: *9 user "y" was not found in "/etc/htpasswd"${tail('203.0.113.86')}`,
      ),
    ],
    ['a record that nginx cut before its end', record(5, `open() "/srv/www/${'x'.repeat(1_500)}\n${forgedLine}`)],
    [
      'a worker that nobody knows',
      record(
        5,
        `user "x"${tail('203.0.113.86')}\n${limited(9, VICTIM, '99#99')}\n2024/10/03 12:00:01 [error] 34#34: *9 user "y" was not found in "/e"${tail('203.0.113.86')}`,
      ),
    ],
    [
      "another client's connection",
      record(
        5,
        `user "x"${tail('203.0.113.86')}\n${limited(1, VICTIM)}\n2024/10/03 12:00:01 [error] 34#34: *9 user "y" was not found in "/e"${tail('203.0.113.86')}`,
      ),
    ],
  ])('sets aside a line forged with %s', (_, forged) => {
    const { found, forged: count } = addressesIn([limited(1, '203.0.113.7'), forged, filler].join('\n'));
    expect(found).not.toContain(VICTIM);
    expect(found).toContain('203.0.113.7');
    expect(count).toBeGreaterThan(0);
  });

  it('does not take the first lines on trust where a log is gone on with', () => {
    const filter = createFilter({ patterns: PATTERNS, zone: UTC, trustedProxies: [] }).open();
    const bytes = Buffer.from(`${limited(1, VICTIM)}\n${filler}\n`, 'latin1');
    const attempts = [...filter.attempts({ file: SAMPLE_FILE, bytes, offset: 5_000 }), ...filter.finish()];
    expect(attempts.map((attempt) => attempt.address.text)).not.toContain(VICTIM);
    expect(attempts.length).toBeGreaterThan(0);
  });

  it('begins afresh with each part of a rotated log, and keeps what was held at the end of the part before', () => {
    const filter = createFilter({ patterns: PATTERNS, zone: UTC, trustedProxies: [] }).open();
    const part = (path: string, log: string) =>
      filter.attempts({ file: { ...SAMPLE_FILE, path }, bytes: Buffer.from(`${log}\n`, 'latin1'), offset: 0 });
    const first = part('error.log.1', [filler, missing(2, '/a', '203.0.113.8'), limited(3, '203.0.113.7')].join('\n'));
    const second = part('error.log', limited(4, '203.0.113.9'));
    const of = (attempts: ReturnType<typeof part>): string[] =>
      attempts.map((attempt) => attempt.address.text).filter((address) => address !== '203.0.113.50');
    expect([of(first), of(second), of(filter.finish())]).toEqual([[], ['203.0.113.7', '203.0.113.9'], []]);
  });

  it.each([1, 4, 9])('decides the same when it is saved and gone on with after line %i', (cut) => {
    const forged = missing(5, `/x\n${limited(9, VICTIM)}\n`, '203.0.113.86', 'GET /x%0a2024 HTTP/1.1');
    const log = [limited(1, '203.0.113.7'), missing(2, '/a', '203.0.113.8'), limited(3, '203.0.113.9'), forged, filler];
    const lines = log.join('\n').split('\n');
    const set = createFilter({ patterns: PATTERNS, zone: UTC, trustedProxies: [] });
    const text = (part: readonly string[]): Buffer => Buffer.from(part.map((line) => `${line}\n`).join(''), 'latin1');
    const whole = set.open();
    const expected = [...whole.attempts({ file: SAMPLE_FILE, bytes: text(lines), offset: 0 }), ...whole.finish()];
    const first = set.open();
    const [before, after] = [text(lines.slice(0, cut)), text(lines.slice(cut))];
    const found = first.attempts({ file: SAMPLE_FILE, bytes: before, offset: 0 });
    // In another process.
    const second = set.open(JSON.parse(JSON.stringify(first.save())));
    found.push(...second.attempts({ file: SAMPLE_FILE, bytes: after, offset: before.length }), ...second.finish());
    const told = (attempts: typeof found) => attempts.map(({ address, offset }) => `${offset} ${address.text}`);
    expect(told(found)).toEqual(told(expected));
    expect(first.counts.forged + second.counts.forged).toBe(whole.counts.forged);
  });
});
