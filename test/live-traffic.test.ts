/**
 * Floods and sites with one address for all, with a real nginx: clients in network namespaces, the built program, the
 * kernel's firewall. Skipped without root or nginx (test/packages.ts installs it on a bare machine).
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessLine, requests, SAMPLE_START, type SampleRequest, visitors } from '../src/filter/traffic/sample.ts';
import { derived, type LivePlace, type RunningDaemon, until } from './live.ts';
import { bansIn, blockedIn, onWatch, rapsheetIn, realPlace, startDaemonIn } from './live-network.ts';
import { type Machine, makeMachine } from './machine.ts';
import { ADDRESSES, canUseNamespaces, hasProgram, makeNetwork, type Network, type Place } from './netns.ts';
import { linesOf, put, scratch } from './run.ts';

const { attacker, innocent, server } = ADDRESSES;
const HOUR = 3_600_000;
/** Of a proxy in the innocent client's place, on a network of its own with the server. */
const PROXY = '10.77.0.2';
const PROXIED_PORT = 81;
const PICTURES = Array.from({ length: 100 }, (_, i) => `/pictures/${i}.png`);

/** Below it the scene has folders of its own; www-data must get through. */
const base = scratch();
chmodSync(base, 0o755);
const namespaces = await canUseNamespaces();

/** Both sites in one nginx: one that clients reach, and one behind a proxy of which nobody told it. */
async function startSites(machine: Machine): Promise<void> {
  const { folder } = machine;
  const www = join(folder, 'www');
  mkdirSync(join(www, 'pictures'), { recursive: true });
  put(join(www, 'index.html'), 'welcome\n');
  for (const path of PICTURES) put(join(www, path), 'a picture\n');
  for (const name of [folder, www, join(www, 'pictures'), machine.log('nginx')]) chmodSync(name, 0o755);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const config = put(
    join(folder, 'nginx.conf'),
    `user www-data;
worker_processes 1;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;
events { worker_connections 512; }
http {
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  root ${www};
  keepalive_requests 100000;
  server { listen 80; access_log /var/log/nginx/access.log; }
  server { listen ${PROXIED_PORT}; access_log /var/log/nginx/proxied.access.log; }
}
`,
  );
  await machine.serve('nginx', ['-c', config, '-g', 'daemon off;'], () => machine.listens(PROXIED_PORT));
}

/** An nginx elsewhere that passes requests on from an address of its own. */
function startProxy(network: Network): void {
  const folder = join(base, 'proxy');
  mkdirSync(folder);
  const config = put(
    join(folder, 'nginx.conf'),
    `pid ${folder}/pid;
error_log ${folder}/error.log;
events { worker_connections 64; }
http {
  access_log off;
  server { listen 8080; location / { proxy_pass http://10.77.0.1:${PROXIED_PORT}; proxy_bind ${PROXY}; } }
}
`,
  );
  network.start('innocent', 'nginx', ['-c', config, '-e', `${folder}/error.log`, '-g', 'daemon off;']);
}

/** What was logged before we came, up to now. */
function history(site: readonly SampleRequest[]): string {
  const shift = Date.now() - SAMPLE_START - 1_000;
  return site.map((request) => accessLine({ ...request, at: (request.at ?? 0) + shift })).join('');
}

/** The status of each request, over ten connections at a time; ends at the first that gets no answer. */
async function fetchAll(network: Network, from: Place, urls: readonly string[]): Promise<number[]> {
  const script = `const http = require('node:http');
    const urls = require('node:fs').readFileSync(0, 'utf8').split('\\n');
    const agent = new http.Agent({ keepAlive: true, maxSockets: 10 });
    const ask = (url) => new Promise((resolve) => {
      const request = http.get(url, { agent, timeout: 2000 }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode)).on('error', () => resolve(0));
      });
      request.on('timeout', () => request.destroy(new Error('late'))).on('error', () => resolve(0));
    });
    const client = async () => {
      for (let url = urls.shift(); url !== undefined; url = urls.shift()) {
        const status = await ask(url);
        console.log(status);
        if (status === 0) urls.length = 0;
      }
    };
    Promise.all(Array.from({ length: 10 }, client)).then(() => process.exit(0));`;
  const { out } = await network.run(from, process.execPath, ['-e', script], { input: urls.join('\n') });
  return linesOf(out).map(Number);
}

describe.runIf(namespaces && ['nft', 'nginx', 'unshare', 'nsenter', 'mount'].every(hasProgram))('a real nginx', () => {
  let network: Network;
  let machine: Machine;
  let place: LivePlace;
  let daemon: RunningDaemon;

  beforeAll(async () => {
    network = await makeNetwork('rstraf');
    machine = await makeMachine(network, join(base, 'machine'));
    await network.addAddress('innocent', `${PROXY}/24`);
    await network.addAddress('server', '10.77.0.1/24', 'to-innocent');
    const proxied = requests(9_000, { address: PROXY, at: -3 * HOUR, stepMs: 1_200 });
    put(machine.log('nginx/access.log'), history(visitors()));
    put(machine.log('nginx/proxied.access.log'), history(proxied));
    await startSites(machine);
    startProxy(network);
    place = realPlace(join(base, 'daemon'));
    daemon = startDaemonIn(machine, place);
    await onWatch(daemon);
  });
  afterAll(async () => {
    await machine?.end();
    await network?.remove();
  });

  const site = (path: string): string => `http://${server.v4}${path}`;
  const logged = (log: string, address: string): number =>
    machine
      .readLog(`nginx/${log}`)
      .split('\n')
      .filter((line) => line.startsWith(`${address} `)).length;

  it('has visitors who look at five pages of a hundred pictures each, at once', async () => {
    const pages = Array.from({ length: 5 }, () => ['/', ...PICTURES].map(site)).flat();
    expect(await fetchAll(network, 'innocent', pages)).toEqual(pages.map(() => 200));
    expect(logged('access.log', innocent.v4)).toBe(505);
  });

  it('is rid of who floods it, and keeps the visitors', async () => {
    const flood = Array.from({ length: 20_000 }, (_, i) => site(`/?${i}`));
    const answers = await fetchAll(network, 'attacker', flood);
    expect(answers.length).toBeLessThan(flood.length);
    await until(
      async () => (await bansIn(machine, place)).some(({ blocked }) => blocked),
      () => daemon.said.text,
    );
    expect(await bansIn(machine, place)).toMatchObject([
      { subject: attacker.v4, jail: 'web', kind: 'web.flood.rate', blocked: true },
    ]);
    expect(await fetchAll(network, 'attacker', [site('/')])).toEqual([0]);
    expect(await fetchAll(network, 'innocent', [site('/')])).toEqual([200]);
  });

  it('has evidence of it in its log, byte for byte', () => {
    const evidence = (derived(place.ledger).get('evidence') ?? []).filter((row) => row.startsWith(attacker.v4));
    expect(evidence).toHaveLength(5);
    const log = machine.readLog('nginx/access.log').split('\n');
    for (const row of evidence) expect(log).toContain(row.split(' ').slice(3).join(' '));
    // A flood takes more lines than the options say, because the first of a span are not counted.
    expect(logged('access.log', attacker.v4)).toBeGreaterThan(1_000);
  });

  it('stays reachable behind a proxy through which attacks come, and status says what to do', async () => {
    const through = (path: string): string => `http://${innocent.v4}:8080${path}`;
    const probes = ['/.env', '/.git/config', '/wp-login.php', '/.aws/credentials', '/.env.local', '/.git/HEAD'];
    // The attacker of before is banned here, and his packets pass the server: it is somebody else.
    expect(await fetchAll(network, 'innocent', probes.map(through))).toEqual(probes.map(() => 404));
    expect(logged('proxied.access.log', PROXY)).toBe(9_000 + probes.length);
    await until(
      () => daemon.said.text.includes(`come through ${PROXY}`),
      () => daemon.said.text,
    );
    expect(await fetchAll(network, 'innocent', [through('/')])).toEqual([200]);
    expect(await blockedIn(machine)).toEqual([attacker.v4]);
    const { out } = await rapsheetIn(machine, place, ['status']);
    expect(out).toContain(`attacks on the web server come through ${PROXY}, and nobody can be banned for them`);
    expect(out).toContain('nearly all requests in /var/log/nginx/proxied.access.log come from it');
    // A flood that comes through it is nobody's whom one could ban.
    const flood = Array.from({ length: 2_000 }, (_, i) => through(`/?${i}`));
    expect(await fetchAll(network, 'innocent', flood)).toHaveLength(flood.length);
    expect(await blockedIn(machine)).toEqual([attacker.v4]);
  });
});
