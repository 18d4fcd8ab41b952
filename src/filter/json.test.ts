/** Patterns over JSON logs, and patterns for access logs on JSON. */
import { describe, expect, it } from 'vitest';
import { type Network, parseNetwork } from '../base/address.ts';
import { UTC } from '../base/zone.ts';
import { compileFilter } from './compile.ts';
import type { FilterDefinition, PatternDefinition } from './definition.ts';
import { createFilter } from './filter.ts';
import { samplePatterns } from './sample.ts';

function found(filters: ReadonlyArray<Partial<FilterDefinition>>, lines: readonly string[], proxies: string[] = []) {
  const patterns = filters.flatMap((filter) => samplePatterns(filter));
  const trustedProxies = proxies
    .map((text) => parseNetwork(text))
    .filter((each): each is Network => each !== undefined);
  const log = createFilter({ patterns, zone: UTC, trustedProxies }).open();
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const file = { host: 'h', path: 'app.log', modified: Date.UTC(2024, 10, 1) };
  const attempts = log.attempts({ file, bytes, offset: 0 });
  return attempts.map(({ address, user, target, time }) =>
    [address.text, user, target, new Date(time).toISOString().slice(0, 19)]
      .filter((each) => each !== undefined)
      .join(' '),
  );
}

const LOGIN: Partial<FilterDefinition> = {
  format: 'json',
  patterns: [
    {
      kind: 'web.login',
      fields: { 'event.action': 'login', message: 'Login failed: .*', status: '401' },
      address: 'client.ip',
      user: 'user.name',
      target: 'url',
    },
  ],
};
const RECORD = {
  ...{ time: '2024-10-03T12:00:01Z', event: { action: 'login' }, message: 'Login failed: wrong password', status: 401 },
  ...{ client: { ip: '203.0.113.7' }, user: { name: 'alice' }, url: '/login' },
};
const HIT = '203.0.113.7 alice /login 2024-10-03T12:00:01';

describe('patterns over JSON', () => {
  it('compare whole fields, by dotted path', () => {
    expect(found([LOGIN], [JSON.stringify(RECORD)])).toEqual([HIT]);
    const flat = {
      ...RECORD,
      event: undefined,
      'event.action': 'login',
      client: undefined,
      'client.ip': '203.0.113.7',
    };
    expect(found([LOGIN], [JSON.stringify(flat)])).toEqual([HIT]);
    expect(found([LOGIN], [JSON.stringify({ ...RECORD, status: 4010 })])).toEqual([]);
    expect(found([LOGIN], [JSON.stringify({ ...RECORD, event: undefined })])).toEqual([]);
  });

  it.each([
    ['203.0.113.7:40112', 1],
    ['[2001:db8::7]:40112', 1],
    ['2001:db8::7', 1],
    ['203.0.113.7 198.51.100.99', 0],
    ['010.0.0.1', 0],
    ['alice@203.0.113.7', 0],
  ])('take %s as the address or not', (ip, count) => {
    expect(found([LOGIN], [JSON.stringify({ ...RECORD, client: { ip } })])).toHaveLength(count);
  });

  it.each([
    ['seconds', { time: undefined, ts: 1727956801.5 }],
    ['milliseconds', { time: 1727956801500 }],
    ['nanoseconds', { time: 1727956801500000000 }],
    ['text of seconds', { time: undefined, msec: '1727956801.500' }],
    ['a date of access logs', { time: undefined, time_local: '03/Oct/2024:14:00:01 +0200' }],
    ["MongoDB's", { time: undefined, t: { $date: '2024-10-03T12:00:01.000+00:00' } }],
  ])('read a time in %s', (_, time) => {
    expect(found([LOGIN], [JSON.stringify({ ...RECORD, ...time })])).toEqual([HIT]);
  });

  it('are not fooled by what a client writes into a field', () => {
    const forged = JSON.stringify({ ...RECORD, client: { ip: '198.51.100.99' } });
    const other = { time: RECORD.time, message: 'page', client: { ip: '203.0.113.9' } };
    expect(found([LOGIN], [JSON.stringify({ ...other, agent: forged })])).toEqual([]);
    expect(found([LOGIN], [JSON.stringify({ ...other, message: `x","message":"Login failed: x` })])).toEqual([]);
    expect(found([LOGIN], [JSON.stringify({ ...RECORD, message: 'Login failed: x\nLogin failed: y' })])).toEqual([HIT]);
  });

  it('do not believe a key that stands twice', () => {
    const twice = JSON.stringify(RECORD).replace('{"ip"', '{"ip":"198.51.100.99","ip"');
    expect(found([LOGIN], [twice])).toEqual([]);
    const escaped = JSON.stringify(RECORD).replace('{"ip"', '{"\\u0069p":"198.51.100.99","ip"');
    expect(found([LOGIN], [escaped])).toEqual([]);
    const outer = JSON.stringify(RECORD).replace('"client"', '"client":{"ip":"198.51.100.99"},"client"');
    expect(found([LOGIN], [outer])).toEqual([]);
    const elsewhere = JSON.stringify(RECORD).replace('{"time"', '{"n":1,"n":{"ip":2},"time"');
    expect(found([LOGIN], [elsewhere])).toEqual([HIT]);
  });

  it('are not harmed by keys that objects have', () => {
    const line = JSON.stringify(RECORD).replace('{"time"', '{"__proto__":{"client":{"ip":"198.51.100.99"}},"time"');
    expect(found([LOGIN], [line])).toEqual([HIT]);
    const none = { ...RECORD, client: undefined };
    expect(
      found(
        [LOGIN],
        [JSON.stringify(none).replace('{"time"', '{"__proto__":{"client":{"ip":"198.51.100.99"}},"time"')],
      ),
    ).toEqual([]);
    const inherited = {
      ...LOGIN,
      patterns: [
        { kind: 'web.login', fields: { message: 'Login failed: .*', constructor: '.*' }, address: 'client.ip' },
      ],
    };
    expect(found([inherited], [JSON.stringify(RECORD)])).toEqual([]);
  });

  it('take the address from a text too, where it is anchored', () => {
    const pattern = { kind: 'web.login', fields: { message: 'Login failed: <user> \\(Remote IP: <address>\\)' } };
    const message = 'Login failed: x (Remote IP: 198.51.100.99) (Remote IP: 203.0.113.7)';
    expect(found([{ format: 'json', patterns: [pattern] }], [JSON.stringify({ time: RECORD.time, message })])).toEqual([
      '203.0.113.7 x (Remote IP: 198.51.100.99) 2024-10-03T12:00:01',
    ]);
  });

  it('see what the program that they name sends to syslog', () => {
    const filter = { ...LOGIN, process: 'shopd' };
    const line = `Oct  3 12:00:01 web shopd[12]: ${JSON.stringify(RECORD)}`;
    expect(found([filter], [line])).toEqual([HIT]);
    const journal = {
      __REALTIME_TIMESTAMP: '1727956801000000',
      MESSAGE: JSON.stringify(RECORD),
      SYSLOG_IDENTIFIER: 'shopd',
    };
    expect(found([filter], [JSON.stringify(journal)])).toEqual([HIT]);
    expect(found([filter], [line.replace('shopd', 'other')])).toEqual([]);
    expect(found([LOGIN], [line])).toEqual([]);
  });

  it.each<[PatternDefinition, string]>([
    [{ kind: 'web.login', address: 'ip' }, 'field is missing'],
    [{ kind: 'web.login', fields: { message: 'Login failed' } }, 'the address is needed exactly once'],
    [{ kind: 'web.login', fields: { message: 'from <address>' }, address: 'ip' }, 'the address is needed exactly once'],
    [{ kind: 'web.login', fields: { a: '.*' }, address: 'ip' }, 'no text of 5 bytes that every match contains'],
    [{ kind: 'web.login', fields: { message: '<any> from <address> by <any>' } }, 'free text stands before and after'],
    [{ kind: 'web.login', fields: { message: 'a(' }, address: 'ip' }, 'field.message, column 2'],
  ])('refuse %j', (pattern, what) => {
    const filter = { name: 'x', about: 'x', service: 'web', format: 'json', journal: [], logs: [] } as const;
    const { problems } = compileFilter(
      { ...filter, patterns: [pattern], hits: [], misses: [] },
      new Set([pattern.kind]),
    );
    expect(problems.map((problem) => problem.what).join()).toContain(what);
  });

  it('need nothing but a key and a short value to be skimmed for', () => {
    const [pattern] = samplePatterns({
      format: 'json',
      patterns: [{ kind: 'web.login', fields: { code: '4(?:01|03)' }, address: 'ip' }],
    });
    expect(pattern?.literals).toContain('code":401');
    expect(pattern?.literals).toContain('code\\": \\"403');
  });
});

const ACCESS: Partial<FilterDefinition> = {
  format: 'access',
  patterns: [
    { kind: 'web.probe.env', request: '\\S+ /\\.env HTTP/.*', status: '4\\d\\d' },
    { kind: 'web.auth', status: '401', name: '[^-].*' },
  ],
};
const CADDY = {
  ...{ level: 'info', ts: 1727956801.5, logger: 'http.log.access', msg: 'handled request' },
  request: {
    ...{ remote_ip: '203.0.113.7', remote_port: '40112', client_ip: '203.0.113.7', proto: 'HTTP/2.0', method: 'GET' },
    ...{ host: 'www', uri: '/.env', headers: { 'User-Agent': ['curl/8'] } },
  },
  ...{ user_id: '', status: 404 },
};

describe('patterns for access logs, on JSON', () => {
  it.each([
    ['Caddy', CADDY],
    [
      'Traefik',
      {
        ...{ ClientAddr: '203.0.113.7:40112', ClientHost: '203.0.113.7', ClientUsername: '-', DownstreamStatus: 404 },
        ...{ RequestMethod: 'GET', RequestPath: '/.env', RequestProtocol: 'HTTP/2.0', time: '2024-10-03T12:00:01Z' },
      },
    ],
    [
      'nginx',
      {
        time_local: '03/Oct/2024:12:00:01 +0000',
        remote_addr: '203.0.113.7',
        request: 'GET /.env HTTP/2.0',
        status: '404',
      },
    ],
    [
      'nginx, in pieces',
      {
        ...{ msec: '1727956801.000', remote_addr: '203.0.113.7', request_method: 'GET', request_uri: '/.env' },
        ...{ server_protocol: 'HTTP/2.0', status: 404 },
      },
    ],
  ])('see what %s logs', (_, record) => {
    expect(found([ACCESS], [JSON.stringify(record)])).toEqual(['203.0.113.7 GET /.env HTTP/2.0 2024-10-03T12:00:01']);
  });

  it('are found by the status alone', () => {
    const record = { ...CADDY, status: 401, user_id: 'bob', request: { ...CADDY.request, uri: '/a' } };
    expect(found([ACCESS], [JSON.stringify(record)])).toEqual(['203.0.113.7 bob GET /a HTTP/2.0 2024-10-03T12:00:01']);
  });

  it('believe a forwarded address from trusted proxies only, and a header that a client sent from nobody else', () => {
    const headers = { 'X-Forwarded-For': ['198.51.100.99'] };
    const sent = JSON.stringify({ ...CADDY, request: { ...CADDY.request, headers } });
    expect(found([ACCESS], [sent])[0]).toMatch(/^203\.0\.113\.7 /);
    expect(found([ACCESS], [sent], ['203.0.113.7'])[0]).toMatch(/^198\.51\.100\.99 /);
    const nginx = { msec: '1727956801.0', remote_addr: '203.0.113.7', request: 'GET /.env HTTP/1.1', status: '404' };
    const column = JSON.stringify({ ...nginx, http_x_forwarded_for: '198.51.100.99, 203.0.113.9' });
    expect(found([ACCESS], [column])).toEqual([]);
    expect(found([ACCESS], [column], ['203.0.113.7'])[0]).toMatch(/^203\.0\.113\.9 /);
  });

  it('go on beside patterns over fields', () => {
    const vault = {
      time: '2024-10-03T12:00:01Z',
      message: 'Login failed: x',
      'event.action': 'login',
      status: 401,
      'client.ip': '203.0.113.8',
    };
    expect(found([ACCESS, LOGIN], [JSON.stringify(CADDY), JSON.stringify(vault)])).toHaveLength(2);
  });
});
