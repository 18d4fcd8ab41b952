/** The lines of an access log that nobody minds: readers, search engines, feed readers, the uptime check. */

import { crawlerAddress, visitorAddress } from '../crowd.ts';
import { addHit, errorBytes, SITE } from '../lines/access.ts';
import { BROWSERS, CRAWLERS as CRAWLER_AGENTS } from '../lines/agents.ts';
import type { Logbook } from '../logbook.ts';
import { HOUR, type Host, MINUTE, MONTH, SECOND } from '../month.ts';
import { itemAt, type Random } from '../random.ts';
import { busyTime } from './hours.ts';

const PAGES = [
  '/',
  '/',
  '/about/',
  '/posts/a-quiet-mail-server/',
  '/posts/backups-that-restore/',
  '/posts/why-this-is-not-a-wordpress-site/',
  '/posts/ten-years-of-self-hosting/',
  '/posts/reading-your-own-logs/',
  '/tags/linux/',
  '/archive/?page=2',
  '/contact/',
];
const ASSETS = [
  '/static/site.css',
  '/static/site.js',
  '/static/fonts/serif.woff2',
  '/static/img/header.webp',
  '/static/img/portrait.jpg',
];
/** What browsers and readers ask for that is not there. */
const ABSENT = ['/favicon.ico', '/apple-touch-icon.png', '/apple-touch-icon-precomposed.png', '/posts/old-draft/'];

export interface Traffic {
  readonly host: Host;
  readonly visits: number;
  readonly crawls: number;
}

export function addWebTraffic(logbook: Logbook, traffic: Traffic, random: Random): void {
  for (let i = 0; i < traffic.visits; i++) addVisit(logbook, traffic.host, random);
  for (let i = 0; i < traffic.crawls; i++) addCrawl(logbook, traffic.host, random);
  addUptimeChecks(logbook, traffic.host);
}

/** One reader: a page with what belongs to it, then a few more pages. */
function addVisit(logbook: Logbook, host: Host, random: Random): void {
  const address = visitorAddress(random);
  const agent = random.pick(BROWSERS);
  const site = `https://${SITE[host]}`;
  let time = busyTime(random);
  let referer = random.pick(['-', '-', 'https://www.google.com/', 'https://duckduckgo.com/', `${site}/`]);
  const get = (path: string, from: string): void => {
    const status = statusOf(path, random);
    const bytes = bytesOf(host, status, path);
    addHit(logbook, { host, time, address, request: `GET ${path} HTTP/1.1`, status, bytes, referer: from, agent });
  };
  for (let pages = random.whole(1, 3); pages > 0; pages--) {
    const page = random.pick(PAGES);
    get(page, referer);
    referer = `${site}${page}`;
    for (const asset of ASSETS) {
      time += random.whole(5, 160);
      if (random.chance(0.75)) get(asset, referer);
    }
    if (random.chance(0.2)) get(random.pick(ABSENT), referer);
    time += random.whole(8 * SECOND, 4 * MINUTE);
  }
}

function statusOf(path: string, random: Random): number {
  if (ABSENT.includes(path)) return 404;
  if (random.chance(0.12)) return 304;
  return 200;
}

/** A file has the same size whoever asks for it. */
function bytesOf(host: Host, status: number, path: string): number {
  if (status === 304) return 0;
  return status === 404 ? errorBytes(host, 404) : 900 + ((path.length * 7919) % 60_000);
}

function addCrawl(logbook: Logbook, host: Host, random: Random): void {
  const engine = random.whole(0, CRAWLER_AGENTS.length - 1);
  const address = crawlerAddress(engine, random);
  const path = random.pick(['/robots.txt', '/sitemap.xml', '/feed.xml', ...PAGES]);
  const request = `GET ${path} HTTP/1.1`;
  const agent = itemAt(CRAWLER_AGENTS, engine);
  const bytes = bytesOf(host, 200, path);
  addHit(logbook, { host, time: busyTime(random), address, request, status: 200, bytes, referer: '-', agent });
}

/** Every five minutes, from the owner's own monitoring on the other side of the firewall. */
function addUptimeChecks(logbook: Logbook, host: Host): void {
  for (let time = MONTH.from + 7 * SECOND; time < MONTH.until; time += HOUR / 12) {
    const request = 'HEAD /health HTTP/1.1';
    const hit = { host, time, address: '192.0.2.10', request, status: 200, bytes: 0, referer: '-' };
    addHit(logbook, { ...hit, agent: 'uptime-check/1.4' });
  }
}
