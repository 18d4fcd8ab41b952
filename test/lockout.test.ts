/**
 * The ways to lock an operator out of his server, each tried against a running daemon. All must fail, and in each run an
 * attacker is blocked, so that none passes by blocking nobody. With real packets: lockout-network.test.ts.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { EXIT, ProblemError } from '../src/base/problem.ts';
import { spoolRelease } from '../src/daemon/releases.ts';
import { reload } from '../src/daemon/reloading.ts';
import { until } from '../src/daemon/testing.ts';
import { handle } from '../src/daemon/verbs.ts';
import { openLedger } from '../src/ledger/ledger.ts';
import {
  ATTACKER,
  address,
  GATEWAY,
  HOST_ADDRESS,
  loginLine,
  NEIGHBOR6,
  network,
  OPERATOR,
  OPERATOR6,
  RESOLVER,
  Scene,
  type SceneOptions,
  sessionFrom,
} from './lockout.ts';

let scene: Scene | undefined;
afterEach(async () => {
  await scene?.end();
  scene = undefined;
});

/** Ten limits of a jail are an attack by whatever standard; just below it nobody who is trusted is banned. */
const JUST_TRUSTED = 9 * 5 + 4;
const DAY_MS = 86_400_000;

interface Way {
  readonly name: string;
  readonly options?: SceneOptions;
  /** Who is to be locked out: the operator unless another is named. */
  readonly victims?: readonly string[];
  /** Before the daemon starts. */
  before?(on: Scene): Promise<void>;
  attempt(on: Scene): Promise<void> | void;
}

const loggedIn: SceneOptions = { sessions: [OPERATOR, OPERATOR6] };
const HOSTS = [GATEWAY, RESOLVER, HOST_ADDRESS, '127.0.0.1', '::1', '0.0.0.0', '::', '224.0.0.1', 'ff02::1'];
const SPECIAL = [...HOSTS, '255.255.255.255', '169.254.1.1', 'fe80::1'];

async function refused(work: Promise<unknown>): Promise<ProblemError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

async function ban(on: Scene, subject: string): Promise<ProblemError> {
  return refused(on.ask({ verb: 'ban', subject, by: 'mallory' }));
}

/** A ban that is in the ledger, however it came there. */
async function recordBan(on: Scene, subject: string, from = on.now - 60_000): Promise<void> {
  const { ledgerPath: path } = on.bench;
  const ledger = await openLedger({ path, mode: 'write', clock: () => on.now });
  ledger.begin();
  const by = { rule: 'manual', by: 'mallory', why: '' } as const;
  const unknown = { country: undefined, asn: undefined, organization: undefined, organizationAsGiven: undefined };
  ledger.ban(
    {
      ...{ subject: network(subject), host: 'web1', jail: 'ssh', service: 'ssh', kind: 'ssh.login', prior: 0 },
      ...{ from, until: from + DAY_MS, reason: by, evidence: [] },
    },
    { ...unknown, network: undefined, scanner: undefined, latitude: undefined, longitude: undefined, sources: [] },
  );
  ledger.commit();
  ledger.close();
}

const stamp = (time: number): string =>
  new Date(time).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
const limited = (time: number, connection: number, client: string): string =>
  `${stamp(time)} [error] 34#34: *${connection} limiting requests, excess: 5.1 by zone "one", client: ${client}, server: example.org, request: "GET / HTTP/1.1", host: "example.org"`;
const forging = (time: number, connection: number, path: string): string =>
  `${stamp(time)} [error] 34#34: *${connection} open() "/srv/www${path}" failed (2: No such file or directory), client: ${ATTACKER}, server: example.org, request: "GET /x%0a2026 HTTP/1.1", host: "example.org"`;

function probe(time: number, from: string, forwarded: string): string {
  const utc = new Date(time).toUTCString();
  const date = `${utc.slice(5, 16).replaceAll(' ', '/')}:${utc.slice(17, 25)} +0000`;
  return `${from} - - [${date}] "GET /.env HTTP/1.1" 404 312 "-" "curl/8" "${forwarded}"\n`;
}

const WAYS: readonly Way[] = [
  {
    name: 'failed logins from the address of somebody who is logged in',
    options: loggedIn,
    attempt: (on) => on.fail(OPERATOR, JUST_TRUSTED),
  },
  {
    name: 'failed logins after a login that went well',
    attempt: (on) => {
      on.login(OPERATOR);
      on.fail(OPERATOR, JUST_TRUSTED);
    },
  },
  {
    name: 'failed logins after a login that went well, and a restart in between',
    attempt: async (on) => {
      on.login(OPERATOR);
      await on.judged();
      await on.restart();
      on.fail(OPERATOR, JUST_TRUSTED);
    },
  },
  {
    name: 'failed logins when the login is long ago and the connection still there',
    attempt: async (on) => {
      on.write('auth.log', loginLine(on.now - 8 * DAY_MS, OPERATOR));
      const [local, remote] = [address(HOST_ADDRESS), address(OPERATOR)];
      await on.become({ connections: [{ local, localPort: 22, remote, remotePort: 4711 }] });
      on.fail(OPERATOR, JUST_TRUSTED);
    },
  },
  {
    name: "another address of the operator's IPv6 network",
    options: loggedIn,
    attempt: (on) => on.fail(NEIGHBOR6, JUST_TRUSTED),
  },
  {
    name: 'the address planted in a user name',
    attempt: (on) => {
      for (let i = 0; i < 20; i++) {
        on.fail(`${OPERATOR} port 22 ssh2 from ${ATTACKER}`, 1);
        on.fail(`${OPERATOR} port 4711 ssh2: x for y from ${ATTACKER}`, 1);
      }
    },
  },
  {
    name: 'whole records forged into the error log of nginx',
    attempt: async (on) => {
      const lines = [limited(on.now, 1, '203.0.113.50')];
      for (let i = 0; i < 20; i++) lines.push(forging(on.now, 10 + i, `/x\n${limited(on.now, 50 + i, OPERATOR)}\n`));
      for (let i = 0; i < 12; i++) lines.push(limited(on.now, 100 + i, ATTACKER));
      on.write('error.log', `${lines.join('\n')}\n`);
      await on.judged();
      // What could be forged is held back for a while.
      await on.pass(6_000);
    },
  },
  {
    name: 'the address in a forwarding header',
    attempt: (on) => {
      for (let i = 0; i < 20; i++) on.write('access.log', probe(on.now, ATTACKER, OPERATOR));
    },
  },
  {
    name: 'a ban by hand of his address',
    options: loggedIn,
    attempt: async (on) => {
      expect((await ban(on, OPERATOR)).problems[0]?.what).toMatch(/alice is logged in/);
    },
  },
  {
    name: 'a ban by hand of his address after a login',
    attempt: async (on) => {
      on.login(OPERATOR);
      await on.judged();
      expect((await ban(on, OPERATOR)).problems[0]?.what).toMatch(/alice logged in from it/);
    },
  },
  {
    name: 'a ban by hand of his address written as IPv6',
    options: loggedIn,
    attempt: async (on) => {
      expect((await ban(on, `::ffff:${OPERATOR}`)).status).toBe(EXIT.no);
      on.fail(`::ffff:${OPERATOR}`, JUST_TRUSTED);
    },
  },
  ...['203.0.113.0/24', '203.0.0.0/16', '203.0.0.0/8', '2001:db8:b::/64', '2001:db8::/32'].map((subject) => ({
    name: `a ban by hand of ${subject}, in which he is`,
    options: loggedIn,
    attempt: async (on: Scene) => {
      expect((await ban(on, subject)).problems[0]?.what).toMatch(/is not banned: alice/);
    },
  })),
  ...['0.0.0.0/0', '::/0', '128.0.0.0/1', '2000::/3', '::ffff:0:0/96'].map((subject) => ({
    name: `a ban by hand of ${subject}`,
    options: loggedIn,
    attempt: async (on: Scene) => {
      expect((await ban(on, subject)).status).toBe(EXIT.usage);
      // Were it let through there, it would be stopped here.
      const inside = refused(handle(on.daemon, { verb: 'ban', subject, by: 'mallory' }));
      expect([EXIT.no, EXIT.usage]).toContain((await inside).status);
    },
  })),
  {
    name: 'bans by hand of the gateway, the resolver, the host itself, and of what is nobody’s',
    victims: SPECIAL,
    attempt: async (on) => {
      for (const subject of SPECIAL) expect([subject, (await ban(on, subject)).status]).toEqual([subject, EXIT.no]);
      expect((await ban(on, '192.0.2.0/24')).status).toBe(EXIT.no);
    },
  },
  {
    name: 'logs that accuse the gateway, the resolver and the host itself',
    victims: HOSTS,
    attempt: (on) => {
      for (const from of HOSTS) on.fail(from, 100);
    },
  },
  {
    name: 'bans of him that the ledger holds at the start',
    options: loggedIn,
    before: async (on) => {
      for (const subject of [OPERATOR, '203.0.113.0/24', '0.0.0.0/0', '2001:db8:b::/64']) await recordBan(on, subject);
    },
    attempt: () => undefined,
  },
  {
    name: 'bans that come into force again after a flush, when he has logged in meanwhile',
    before: (on) => recordBan(on, OPERATOR),
    attempt: async (on) => {
      expect(await on.isBlocked(OPERATOR)).toBe(true);
      on.login(OPERATOR);
      await on.judged();
      on.bench.firewall.flush('mallory');
      await until(() => on.daemon.status().firewall.blocked === 0, 'the repair');
      expect(await on.blocked()).toEqual([]);
    },
  },
  {
    name: 'a reload that takes him off the allowlist',
    options: { change: { allow: [{ network: network(OPERATOR), reason: 'me', until: undefined }] } },
    attempt: async (on) => {
      on.login(OPERATOR);
      on.fail(OPERATOR, 100);
      await on.judged();
      on.nextConfig = { ...on.config, allow: [] };
      const { applied, risks } = await reload(on.daemon, { isConfirmed: false, now: on.now });
      expect([applied, risks]).toEqual([false, [expect.stringContaining(`${OPERATOR} loses its protection`)]]);
      expect(on.daemon.status().reload?.risks).toEqual(risks);
      on.fail(OPERATOR, 100);
    },
  },
  {
    name: 'a reload that lets logins count for less time',
    attempt: async (on) => {
      on.write('auth.log', loginLine(on.now - DAY_MS, OPERATOR));
      await on.judged();
      on.nextConfig = { ...on.config, protect: { ...on.config.protect, logins: 60_000 } };
      const { applied, risks } = await reload(on.daemon, { isConfirmed: false, now: on.now });
      expect([applied, risks]).toEqual([false, [expect.stringContaining(OPERATOR)]]);
      on.fail(OPERATOR, JUST_TRUSTED);
    },
  },
  {
    name: 'a reload whose configuration is broken',
    options: { change: { allow: [{ network: network(OPERATOR), reason: 'me', until: undefined }] } },
    attempt: async (on) => {
      on.nextConfig = new ProblemError(EXIT.badConfig, { what: 'a broken file' });
      expect((await refused(reload(on.daemon, { isConfirmed: true, now: on.now }))).status).toBe(EXIT.badConfig);
      on.fail(OPERATOR, 100);
    },
  },
  {
    name: 'a storm of reloads while he mistypes',
    options: loggedIn,
    attempt: async (on) => {
      const storm: Promise<unknown>[] = [];
      for (let i = 0; i < 40; i++) {
        on.fail(OPERATOR, 1);
        storm.push(reload(on.daemon, { isConfirmed: false, now: on.now }));
        on.daemon.turn();
      }
      await Promise.all(storm);
    },
  },
  {
    name: 'a ban that the emergency file speaks against, when he is locked out already',
    before: (on) => recordBan(on, '203.0.113.0/24'),
    attempt: async (on) => {
      expect(await on.isBlocked(OPERATOR)).toBe(true);
      writeFileSync(on.config.protect.allowFile, `${OPERATOR} # me, from the hotel\n`);
      on.daemon.tick();
      await on.daemon.enforcer.settled();
      expect(await on.isBlocked(OPERATOR)).toBe(false);
      on.fail(OPERATOR, 200);
      await on.judged();
      await on.restart();
    },
  },
  {
    name: 'a daemon that did not hear of his release, and puts the ban back',
    before: (on) => recordBan(on, OPERATOR),
    attempt: async (on) => {
      const { ledgerPath, firewall } = on.bench;
      // What `unban --all` does while the daemon hangs: the kernel is emptied, and a note is left.
      spoolRelease(ledgerPath, { scope: '*', around: true, at: on.now, by: 'alice', why: '' });
      await firewall.replace([]);
      await on.judged();
      expect(await on.isBlocked(OPERATOR)).toBe(false);
      await on.restart();
    },
  },
  {
    name: 'a trial that nobody confirms',
    options: { trialMs: 600_000 },
    attempt: async (on) => {
      on.fail(OPERATOR, 6);
      await on.judged();
      expect(await on.isBlocked(OPERATOR)).toBe(true);
      on.ahead += 600_000;
      // The kernel has let them go by itself; now the daemon does the same.
      expect(await on.blocked()).toEqual([]);
      await on.pass(1_000);
      on.fail(ATTACKER, 6);
      await on.judged();
      expect([on.daemon.mode, await on.blocked()]).toEqual(['dry-run', []]);
      // Another trial, in which the attacker is blocked as in the other ways.
      await on.restart();
    },
  },
  {
    name: 'a host whose addresses cannot be read any more',
    options: loggedIn,
    attempt: async (on) => {
      rmSync(on.bench.folder.concat('/root'), { recursive: true });
      const { readHost } = on.daemon.options.world;
      on.bench.facts = { own: [], sessions: [], connections: [], problems: [] };
      Object.assign(on.daemon.options.world, { readHost: () => Promise.reject(new Error('no /proc')) });
      on.daemon.tick();
      await on.pass(11_000);
      await until(() => on.daemon.problems.has('host'), 'the problem');
      on.fail(OPERATOR, JUST_TRUSTED);
      await on.judged();
      Object.assign(on.daemon.options.world, { readHost });
    },
  },
  {
    name: 'a flood of ten thousand attackers',
    options: loggedIn,
    attempt: async (on) => {
      on.fail(OPERATOR, 40);
      for (let i = 0; i < 10_000; i++) on.fail(`100.64.${i >> 8}.${i & 255}`, 5);
      on.fail(OPERATOR, 5);
      await until(() => on.daemon.status().firewall.blocked === 10_000, 'all of them');
      expect((await on.blocked()).length).toBe(10_000);
    },
  },
  {
    name: 'a clock that is set forward a day and back',
    options: loggedIn,
    attempt: async (on) => {
      on.login(OPERATOR);
      for (const jump of [DAY_MS, -DAY_MS]) {
        await on.pass(jump);
        on.fail(OPERATOR, 20);
        await on.judged();
      }
    },
  },
];

describe('who is to be locked out is not, by', () => {
  it.each(WAYS)('$name', async ({ options, before, attempt, victims = [OPERATOR, OPERATOR6] }) => {
    scene = new Scene(options);
    await before?.(scene);
    await scene.start();
    await attempt(scene);
    await scene.attackerIsBlocked();
    for (const victim of victims) expect([victim, await scene.isBlocked(victim)]).toEqual([victim, false]);
  });

  it('at least 20 ways', () => {
    expect(WAYS.length).toBeGreaterThanOrEqual(20);
    expect(new Set(WAYS.map(({ name }) => name)).size).toBe(WAYS.length);
  });
});

describe('and yet', () => {
  it('an address that was the host’s own is bannable when it is not any more', async () => {
    scene = new Scene();
    await scene.start();
    scene.fail(HOST_ADDRESS, 20);
    await scene.attackerIsBlocked();
    expect(await scene.isBlocked(HOST_ADDRESS)).toBe(false);
    const own = scene.bench.facts.own.filter(({ network: { text } }) => text !== HOST_ADDRESS);
    await scene.become({ own });
    await scene.attackerIsBlocked(HOST_ADDRESS);
  });

  it('who logged out and was never trusted otherwise is bannable', async () => {
    scene = new Scene({ sessions: [OPERATOR] });
    await scene.start();
    scene.fail(OPERATOR, 20);
    await scene.judged();
    await scene.become({ sessions: [] });
    await scene.attackerIsBlocked(OPERATOR);
  });

  it('whoever attacks far beyond all limits is banned, logged in or not', async () => {
    scene = new Scene({ sessions: [OPERATOR] });
    await scene.start();
    scene.fail(OPERATOR, 60);
    await scene.judged();
    expect(await scene.isBlocked(OPERATOR)).toBe(true);
    expect(scene.bench.facts.sessions).toEqual([sessionFrom(OPERATOR)]);
  });
});
