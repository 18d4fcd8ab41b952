import { describe, expect, it } from 'vitest';
import { elsewhere } from '../filter.ts';
import {
  accessLine,
  caddyLine,
  passed,
  passedInChunks,
  requests,
  SAMPLE_START,
  type SampleFilter,
  type SampleRequest,
  soleIn,
  webFilter,
} from './sample.ts';

const HOUR = 3_600_000;
const BRIDGE = '172.17.0.1';
const BALANCER = '192.0.2.80';

interface Site extends SampleRequest {
  readonly hours: number;
  /** Of the requests, one in so many comes from elsewhere. */
  readonly othersEvery?: number;
  readonly agents?: number;
  readonly count?: number;
}

/** A site whose visitors all have one address; their requests are spread evenly over the time. */
function siteOf({ hours, othersEvery = Number.POSITIVE_INFINITY, agents = 40, count = 12_000, ...given }: Site) {
  return requests(count, { ...given, stepMs: (hours * HOUR) / count }).map((request, i) => ({
    ...request,
    agent: `Mozilla/5.0 (X11; Linux x86_64; rv:${i % agents}.0) Gecko/20100101 Firefox/130.0`,
    ...((i + 1) % othersEvery === 0 ? { address: `203.0.113.${i % 250}` } : {}),
  }));
}

/** Whom the log tells of, and after how many hours. */
function told(site: readonly SampleRequest[], options: SampleFilter = {}): Array<[address: string, hours: number]> {
  const attempts = passedInChunks(webFilter(options), site.map(accessLine).join(''));
  return soleIn(attempts).map(({ address, time }) => [address.text, Math.floor((time - SAMPLE_START) / HOUR)]);
}

describe('a peer that nearly all requests come from', () => {
  it.each<[string, Site, number]>([
    ['the bridge of a container, after an hour', { address: BRIDGE, hours: 3 }, 1],
    ['a proxy on the host', { address: '127.0.0.1', hours: 3 }, 1],
    ['a proxy in the own network, though some come past it', { address: '10.0.0.2', hours: 3, othersEvery: 25 }, 1],
    ['one by IPv6', { address: 'fd00::2', hours: 3 }, 1],
    ['a balancer on the internet, after a day', { address: BALANCER, hours: 30 }, 24],
    ['such a balancer though a few come past it', { address: BALANCER, hours: 30, othersEvery: 500 }, 24],
  ])('is %s', (_, site, hours) => {
    const [first, ...more] = told(siteOf(site));
    expect(first).toEqual([site.address, hours]);
    expect(more.map(([address]) => address)).toEqual(more.map(() => site.address));
  });

  it.each<[string, Site]>([
    ['known before an hour is over', { address: BRIDGE, hours: 0.9 }],
    ['known of a few requests', { address: BRIDGE, hours: 3, count: 1_000 }],
    ['one of several in the own network', { address: '10.0.0.2', hours: 3, othersEvery: 3 }],
    ['an attacker who is alone on a site for most of a day', { address: '203.0.113.7', hours: 23 }],
    ['a client that is alone for days', { address: '203.0.113.7', hours: 72, agents: 2 }],
    ['whoever has most of the requests', { address: BALANCER, hours: 72, othersEvery: 30 }],
  ])('is not %s', (_, site) => {
    expect(told(siteOf(site))).toEqual([]);
  });

  it('is told again every hour, and not more often', () => {
    const hours = told(siteOf({ address: BRIDGE, hours: 6 })).map(([, hour]) => hour);
    expect(hours.length).toBeGreaterThanOrEqual(4);
    expect(new Set(hours).size).toBe(hours.length);
  });

  it('is none where a proxy is trusted and says who comes, and is one where the log does not have it', () => {
    const site = siteOf({ address: BALANCER, hours: 30 });
    const forwarded = site.map((request, i) => ({ ...request, forwarded: `203.0.113.${i % 3 === 0 ? i % 250 : 9}` }));
    expect(told(forwarded, { proxies: [BALANCER] })).toEqual([]);
    const office = forwarded.map((request) => ({ ...request, forwarded: '203.0.113.9' }));
    expect(told(office, { proxies: [BALANCER] })).toEqual([]);
    expect(told(site, { proxies: [BALANCER] })[0]).toEqual([BALANCER, 24]);
  });

  it('is no more told of when the site is reached otherwise', () => {
    const before = siteOf({ address: BRIDGE, hours: 6 });
    const after = siteOf({ hours: 6, at: 6 * HOUR }).map((each, i) => ({ ...each, address: `203.0.113.${i % 250}` }));
    expect(told([...before, ...after]).every(([, hour]) => hour <= 6)).toBe(true);
  });

  it('is known on in another process, and in another part of the log', () => {
    const text = siteOf({ address: BALANCER, hours: 26 }).map(accessLine).join('');
    const cut = text.indexOf('\n', text.length / 2) + 1;
    const first = webFilter();
    expect(soleIn(passed(first, text.slice(0, cut)))).toEqual([]);
    const state = JSON.parse(JSON.stringify(first.save()));
    expect(soleIn(passed(webFilter({}, state), text.slice(cut), cut))).not.toEqual([]);
    expect(soleIn(passed(webFilter({}, elsewhere(state)), text.slice(cut)))).not.toEqual([]);
    expect(soleIn(passed(webFilter(), text.slice(cut)))).toEqual([]);
  });

  it('is found in JSON as well, and counts nothing', () => {
    const text = siteOf({ address: BRIDGE, hours: 3 }).map(caddyLine).join('');
    const [first] = soleIn(passedInChunks(webFilter(), text));
    expect(first).toMatchObject({ address: { text: BRIDGE }, count: 0, line: '', pattern: { service: 'web' } });
  });
});
