/**
 * What access logs tell by all of their lines, with the built program: floods, and that everybody has one address. Killed
 * again and again, the daemon comes to what a replay of the same lines comes to, in one run or in several.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { accessLine, requests, SAMPLE_START, type SampleRequest, visitors } from '../src/filter/traffic/sample.ts';
import { ask, derived, endedWell, livePlace, startDaemon, startedAndKilled, until } from './live.ts';
import { done, plainConfig, put, rapsheet, readBans, scratch } from './run.ts';

const HOUR = 3_600_000;
const PIECES = 16;
const FLOODER = '203.0.113.7';
/** Visitors and attackers of the other site come by it. */
const GATEWAY = '10.98.76.5';
const PROBES = ['/.env', '/.git/config', '/wp-login.php', '/.aws/credentials', '/.env.local', '/.git/HEAD'];

/** Two hours of a site with visitors of its own; at its end a flood. */
function site(): SampleRequest[] {
  return [...visitors(), ...requests(4_000, { address: FLOODER, stepMs: 8 })];
}

/** Three hours of a site whose visitors all have one address; an hour after the first, and at the end, attacks. */
function proxiedSite(): SampleRequest[] {
  const usual = requests(9_000, { address: GATEWAY, at: -3 * HOUR, stepMs: 1_200 });
  const attacks = [-HOUR, 0].flatMap((at) =>
    PROBES.map((path, i) => ({ address: GATEWAY, at: at + i * 1_000, request: `GET ${path} HTTP/1.1`, status: 404 })),
  );
  return [...usual, ...attacks].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
}

/** As lines of a log that ends by now: the daemon counts what claims another time as of now. */
function linesOf(site: readonly SampleRequest[]): string[] {
  const later = Date.now() - HOUR - SAMPLE_START;
  return site.map((request) => accessLine({ ...request, at: (request.at ?? 0) + later }));
}

it('kills between the pieces of a flood change nothing, nor do several replays', async () => {
  const folder = scratch();
  const names = ['access.log', 'proxied.access.log'];
  const place = livePlace(folder, names);
  const logs = [site(), proxiedSite()].map(linesOf);
  for (const name of names) appendFileSync(join(folder, name), '');
  await endedWell(startDaemon(place));
  const parts = join(folder, 'parts.db');
  const replay = (ledger: string, paths: readonly string[]): Promise<string> =>
    done(['replay', '-c', place.config, '--ledger', ledger, '--quiet', ...paths]);
  for (let piece = 0; piece < PIECES; piece++) {
    for (const [i, lines] of logs.entries()) {
      const name = names[i] ?? '';
      const [from, to] = [piece, piece + 1].map((n) => placeOf(n, lines.length));
      appendFileSync(join(folder, name), lines.slice(from, to).join(''));
      if (piece % 4 === 3) put(join(folder, 'parts', name), lines.slice(0, to).join(''));
    }
    if (piece % 4 === 3) await replay(parts, [join(folder, 'parts')]);
    await startedAndKilled(place, piece);
  }
  await endedWell(startDaemon(place));
  const whole = join(folder, 'whole.db');
  await replay(
    whole,
    logs.map((lines, i) => put(join(folder, 'whole', names[i] ?? ''), lines.join(''))),
  );
  const expected = derived(whole);
  expect(expected.get('bans')).toEqual([expect.stringContaining(`${FLOODER} web web.flood.rate`)]);
  expect(expected.get('evidence')).toHaveLength(5);
  for (const found of [derived(place.ledger), derived(parts)]) {
    for (const [table, rows] of expected) expect({ table, rows: found.get(table) }).toEqual({ table, rows });
  }
}, 120_000);

/** Most cuts fall into the end, where the flood and the attacks are. */
function placeOf(piece: number, lines: number): number {
  return Math.floor(lines * Math.sqrt(piece / PIECES));
}

describe('a replay of a site where everybody has one address', () => {
  const folder = scratch();
  const config = plainConfig(folder);
  const log = put(join(folder, 'site', 'access.log'), proxiedSite().map(accessLine).join(''));
  // Its client is the gateway, too. Whoever reads it alone cannot know that.
  const error = put(join(folder, 'error.log'), Array.from({ length: 12 }, (_, i) => limited(i)).join(''));
  const summary = v.object({
    bans: v.number(),
    proxies: v.array(v.object({ proxy: v.string(), times: v.number(), why: v.string() })),
  });

  it('bans nobody, and says why', async () => {
    const { status, out, err } = await rapsheet(['replay', '-c', config, '--dry-run', '--print', 'bans', log]);
    expect({ status, out }).toEqual({ status: 0, out: '' });
    const said = `${GATEWAY} reached a limit 2 times and is not banned: nearly all requests in ${log} come from it`;
    expect(err).toContain(said);
    const json = v.parse(summary, JSON.parse(await done(['replay', '-c', config, '--dry-run', '--json', log])));
    expect(json).toMatchObject({ bans: 0, proxies: [{ proxy: GATEWAY, times: 2 }] });
  });

  it('does so for the other logs of the host', async () => {
    const replay = async (...paths: readonly string[]): Promise<string[]> => {
      const bans = readBans(await done(['replay', '-c', config, '--dry-run', '--quiet', '--print', 'bans', ...paths]));
      return bans.map(({ address }) => address);
    };
    expect(await replay(error)).toEqual([GATEWAY]);
    expect(await replay(log, error)).toEqual([]);
  });
});

/** As nginx tells of requests beyond the limit of a zone, a minute after the end of the access log. */
function limited(i: number): string {
  const iso = new Date(SAMPLE_START + 60_000 + i * 1_000).toISOString();
  const time = iso.slice(0, 19).replace('T', ' ').replaceAll('-', '/');
  const what = `limiting requests, excess: 5.${i} by zone "one", client: ${GATEWAY}, server: example.org`;
  return `${time} [error] 34#34: *${i + 1} ${what}, request: "GET / HTTP/1.1", host: "example.org"\n`;
}

it('a daemon names the address in its status', async () => {
  const folder = scratch();
  const place = livePlace(folder, ['access.log']);
  put(join(folder, 'access.log'), linesOf(proxiedSite()).join(''));
  const daemon = startDaemon(place);
  try {
    await until(
      () => daemon.said.text.includes(`come through ${GATEWAY}`),
      () => daemon.said.text,
    );
    const status = JSON.stringify(await ask(place, ['status']));
    expect(status).toContain(`attacks on the web server come through ${GATEWAY}, and nobody can be banned for them`);
    expect(status).toContain(`nearly all requests in ${join(folder, 'access.log')} come from it`);
  } finally {
    daemon.program.kill('SIGTERM');
  }
  expect(await daemon.end).toBe(0);
});
