import { describe, expect, it } from 'vitest';
import {
  accessLine,
  caddyLine,
  floodsIn,
  passedInChunks,
  requests,
  type SampleFilter,
  type SampleRequest,
  visitors,
  webFilter,
} from './sample.ts';

/** The floods that are told of requests behind two hours of visitors. */
function told(given: readonly SampleRequest[], options: SampleFilter = {}, before = visitors()): string[] {
  const text = [...before, ...given].map(accessLine).join('');
  return floodsIn(passedInChunks(webFilter(options), text)).map(({ address }) => address.text);
}

/** Within one span of ten seconds, and so many that what is not looked at does not matter. */
const FLOOD = 300;
const IMAGE = { request: 'GET /pictures/DSC_0001.JPG?width=400 HTTP/2.0' };

describe('floods of requests', () => {
  it('are told of the line that makes it one, once for every two hundred', () => {
    const text = [...visitors(), ...requests(FLOOD, {})].map(accessLine).join('');
    const [flood, ...rest] = floodsIn(passedInChunks(webFilter(), text));
    expect(rest).toEqual([]);
    expect(flood).toMatchObject({
      pattern: { filter: 'traffic', service: 'web', kind: 'web.flood.rate', success: false },
      ...{ address: { text: '203.0.113.7' }, user: undefined, target: 'GET / HTTP/1.1', count: 1, session: '' },
    });
    expect(text.slice(flood?.offset).startsWith(`${flood?.line}\n`)).toBe(true);
    expect(told(requests(1_200, { stepMs: 5 }))).toHaveLength(5);
  });

  it.each<[string, SampleRequest[]]>([
    ['fewer than the limit', requests(199, {})],
    ['so many in more time', requests(FLOOD, { stepMs: 100 })],
    [
      'a page with a hundred pictures, five times',
      requests(5, { stepMs: 1_000 }).flatMap(({ at = 0 }) => requests(100, { ...IMAGE, at, stepMs: 5 })),
    ],
    ['pictures that were not changed', requests(FLOOD, { ...IMAGE, status: 304 })],
    [
      'a client that synchronizes the files of a user',
      requests(FLOOD, { name: 'alice', request: 'PUT /dav/a HTTP/1.1' }),
    ],
    ['a program on the own network', requests(FLOOD, { address: '10.1.2.3' })],
    ['the host itself', requests(FLOOD, { address: '::1' })],
    ['addresses that are many', requests(FLOOD, {}).map((each, i) => ({ ...each, address: `203.0.113.${i % 200}` }))],
    ['lines of something else', requests(FLOOD, { request: '' }).map((each) => ({ ...each, address: 'nobody' }))],
    ['lines that are too long', requests(FLOOD, { request: `GET /${'a'.repeat(9_300)} HTTP/1.1` })],
  ])('are not %s', (_, given) => {
    expect(told(given)).toEqual([]);
  });

  it.each<[string, SampleRequest[]]>([
    ['a thousand pictures', requests(1_100, { ...IMAGE, stepMs: 8 })],
    ['pictures that there are not', requests(FLOOD, { ...IMAGE, status: 404 })],
    ['names that are refused', requests(FLOOD, { name: 'alice', status: 401 })],
    ['carriage returns at the ends', requests(FLOOD, {}).map((each) => ({ ...each, agent: 'x"\r' }))],
  ])('are %s', (_, given) => {
    const text = [...visitors(), ...given].map(accessLine).join('').replaceAll('\r"\n', '\r\n');
    expect(floodsIn(passedInChunks(webFilter(), text))).toMatchObject([{ address: { text: '203.0.113.7' } }]);
  });

  it('are those of a network when they come by IPv6', () => {
    const rotating = requests(FLOOD, {}).map((each, i) => ({ ...each, address: `2001:db8:0:7::${i.toString(16)}` }));
    expect(told(rotating)).toEqual([expect.stringMatching(/^2001:db8:0:7::/)]);
  });

  it('are those of whom the trusted proxy names, and of nobody where none is trusted', () => {
    const proxied = (forwarded: string, i: number): SampleRequest => ({
      ...{ at: i * 20, address: '192.0.2.80', forwarded: `198.51.100.${i % 250}, ${forwarded}` },
    });
    const before = visitors().map((each) => ({ ...each, address: '192.0.2.80', forwarded: each.address ?? '' }));
    const given = requests(FLOOD, {}).map((_, i) => proxied('203.0.113.9', i));
    expect(told(given, { proxies: ['192.0.2.80'] }, before)).toEqual(['203.0.113.9']);
    expect(told(given, {}, visitors())).toEqual([]);
    // Who reaches the server past the proxy sends what he likes.
    const direct = given.map((each) => ({ ...each, address: '203.0.113.66' }));
    expect(told(direct, { proxies: ['192.0.2.80'] }, before)).toEqual(['203.0.113.66']);
  });

  it('are told of the next line where a line is an attempt already', () => {
    const given = requests(FLOOD, {}).map((each, i) =>
      i % 3 === 0 ? each : { ...each, request: 'GET /.env HTTP/1.1' },
    );
    const text = [...visitors(), ...given].map(accessLine).join('');
    const attempts = passedInChunks(webFilter(), text);
    expect(floodsIn(attempts)).toMatchObject([{ target: 'GET / HTTP/1.1' }]);
    expect(new Set(attempts.map(({ offset }) => offset)).size).toBe(attempts.length);
    expect(attempts.map(({ offset }) => offset)).toEqual(attempts.map(({ offset }) => offset).sort((a, b) => a - b));
  });

  it('are not told of who made many requests an hour ago: a monitor, an unknown proxy', () => {
    const before = visitors().flatMap((each, i) =>
      i % 3 === 0 ? [each, { ...each, address: '203.0.113.7' }] : [each],
    );
    expect(told(requests(FLOOD, {}), {}, before)).toEqual([]);
    expect(told(requests(FLOOD, { address: '203.0.113.8' }), {}, before)).toEqual(['203.0.113.8']);
  });

  it('are not told before the log is known for an hour', () => {
    expect(told(requests(FLOOD, {}), {}, [])).toEqual([]);
    expect(told(requests(FLOOD, {}), {}, visitors().slice(-1_300))).toEqual([]);
  });

  it('are noticed within 32 KiB of a log in which little came before', () => {
    const quiet = visitors().slice(0, 1_500);
    const first = requests(Math.floor(32_768 / accessLine({}).length), { stepMs: 1 });
    const length = (count: number): SampleRequest[] => [...first, ...requests(count, { at: first.length })];
    expect(told(length(100), {}, quiet)).toEqual([]);
    expect(told(length(260), {}, quiet)).toEqual(['203.0.113.7']);
  });

  it('are as many in as much time as the options say', () => {
    expect(told(requests(130, {}), { flood: { requests: 50, withinMs: 10_000 } })).toEqual(['203.0.113.7']);
    expect(told(requests(FLOOD, { stepMs: 100 }), { flood: { requests: 200, withinMs: 60_000 } })).toEqual([
      '203.0.113.7',
    ]);
  });

  it('are found in logs of a virtual host, and in JSON', () => {
    const hosted = [...visitors(), ...requests(FLOOD, {})].map((each) => `example.org:443 ${accessLine(each)}`);
    expect(floodsIn(passedInChunks(webFilter(), hosted.join('')))).toHaveLength(1);
    const caddy = (given: SampleRequest): string => [...visitors(), ...requests(400, given)].map(caddyLine).join('');
    expect(floodsIn(passedInChunks(webFilter(), caddy({})))).toMatchObject([{ address: { text: '203.0.113.7' } }]);
    expect(floodsIn(passedInChunks(webFilter(), caddy({ name: 'alice' })))).toEqual([]);
  });
});
