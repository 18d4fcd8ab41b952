/**
 * `rapsheet shadow` beside the real fail2ban: both see the same logs grow. What both ban is no difference; what only one can
 * ban, or bans for longer, is told with its reason.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram, type RunningProgram, runProgram, startProgram } from '../src/base/program.ts';
import { openDatabase } from '../src/ledger/database.ts';
import { pause, until } from './live.ts';
import { linesOf, type Program, plainConfig, put, scratch, start } from './run.ts';

const able = findProgram('fail2ban-server') !== undefined && findProgram('fail2ban-client') !== undefined;
if (!able) console.warn('\nSKIPPED: no shadow beside a real fail2ban, because it is not installed\n');

const ZONE = { TZ: 'UTC' };
const PATIENCE_MS = 60_000;
/** Five seconds, and one by which the times of failures are cut. */
const EARLY_MS = 6_500;
const [OLD, RETURNING] = ['198.51.100.1', '198.51.100.2'];
const NEW = ['203.0.113.1', '203.0.113.2', '2001:db8::7'];
/** Numbers that a resolver reads as addresses, and that are none to whoever takes an address for what it is: 203.0.113.7, .8. */
const NAMES = { attacker: '203.0.28935', friend: '203.0.28936' };
const [BY_NAME, FRIEND, VISITOR, LONGER] = ['203.0.113.7', '203.0.113.8', '198.51.100.77', '203.0.113.9'];
const MONITOR = '203.0.113.60';
const UNSEEN = '203.0.113.61';
const JAILS = ['sshd', 'shop', 'names', 'spares', 'pass2allow-ftp', 'many'];

describe.skipIf(!able)(able ? 'a shadow' : 'a shadow (SKIPPED: fail2ban is not installed)', () => {
  const folder = scratch();
  const conf = join(folder, 'conf');
  const config = plainConfig(
    folder,
    `[watch]\njournal = "no"\n[[allow]]\naddress = "${MONITOR}"\nreason = "our monitor"\n`,
  );
  const serverLog = join(folder, 'fail2ban.log');
  let server: RunningProgram | undefined;
  const shadows: Running[] = [];

  async function client(...args: readonly string[]): Promise<string> {
    const { status, out, err } = await runProgram('fail2ban-client', ['-c', conf, ...args], { environment: ZONE });
    if (status !== 0) throw new Error(`fail2ban-client ${args.join(' ')}: ${out}${err}`);
    return out;
  }

  function append(jail: string, text: string, times = 1): void {
    const time = new Date().toISOString().replace(/\.\d+Z$/, '+00:00');
    appendFileSync(join(folder, `${jail}.log`), `${time} ${text}\n`.repeat(times));
  }

  function fail(jail: string, address: string, times = 3): void {
    append(jail, `refused root from ${address}`, times);
  }

  /** fail2ban may overlook a line that is written in the moment in which it reads, until the next one. */
  async function logged(text: string, jails: readonly string[] = JAILS): Promise<void> {
    let told = Date.now();
    await until(
      () => {
        if (Date.now() - told > 1_500) {
          told = Date.now();
          for (const jail of jails) append(jail, 'nothing of note');
        }
        return serverSaid().includes(text);
      },
      () => `${text}\n${serverSaid()}`,
      PATIENCE_MS,
    );
  }

  function serverSaid(): string {
    return existsSync(serverLog) ? readFileSync(serverLog, 'utf8') : '';
  }

  /** Shadows on watch; what is decided right after their start may be of lines from before it. */
  async function watch(...each: ReadonlyArray<readonly string[]>): Promise<Running[]> {
    const running = each.map((given) => startShadow(['-c', config, '--json', ...given]));
    shadows.push(...running);
    for (const shadow of running) {
      await until(
        () => shadow.err.includes('on watch'),
        () => shadow.err,
        PATIENCE_MS,
      );
    }
    await pause(EARLY_MS);
    return running;
  }

  beforeAll(async () => {
    plant(folder, conf);
    server = startProgram('fail2ban-server', ['-c', conf, '-f'], ZONE);
    server.stdin.end();
    for (const stream of [server.stdout, server.stderr]) stream.resume();
    await until(
      async () => (await runProgram('fail2ban-client', ['-c', conf, 'ping'], { environment: ZONE })).status === 0,
      serverSaid,
      PATIENCE_MS,
    );
    fail('sshd', OLD);
    fail('shop', RETURNING);
    await logged(`[sshd] Ban ${OLD}`);
    await logged(`[shop] Unban ${RETURNING}`);
  }, 150_000);

  afterAll(async () => {
    for (const { program } of shadows) program.kill('SIGKILL');
    server?.kill('SIGKILL');
  });

  it('finds no difference where both ban the same: by its log, by its database alone, by its log alone', async () => {
    const [trees, running] = [
      [conf, variant('database', 'logtarget = SYSLOG'), variant('log', 'dbfile = None')],
      [] as Running[],
    ];
    running.push(...(await watch(...trees.map((tree) => ['--fail2ban', tree]))));
    // Banned there before; both have it banned, and neither bans it again.
    fail('sshd', OLD, 4);
    for (const address of NEW) fail('sshd', address);
    fail('shop', RETURNING);
    for (const address of NEW) await logged(`[sshd] Ban ${address}`);
    await logged(`[shop] Increase Ban ${RETURNING} (2 #`);
    await logged(`[recidive] Ban ${RETURNING}`);
    // Two failures are fewer than either wants.
    fail('spares', '203.0.113.55', 2);
    // It writes there how long a ban lasts, after it has told of it.
    const database = join(folder, 'fail2ban.sqlite3');
    await until(() => recordedIn(database) >= 7, serverSaid, PATIENCE_MS);
    // The database is asked once a second.
    await pause(2_000);
    const ends = await Promise.all(running.map((each) => each.end()));
    const none = { onlyTheirs: 0, onlyOurs: 0, lengthDiffers: 0 };
    const jails = [
      { jail: 'recidive', same: 1, ...none },
      { jail: 'shop', same: 1, ...none },
      { jail: 'sshd', same: 3, ...none },
    ];
    const summary = { what: 'summary', agrees: true, jails, undecided: 0, dropped: 0, unmeasured: 0 };
    const expected = { status: 0, lines: [expect.objectContaining(summary)] };
    expect(ends).toEqual([expected, expected, expected]);
    expect(running.map(({ err }) => /decisions are read from (.*)/.exec(err)?.[1])).toEqual([
      serverLog,
      `its database ${database}, once a second`,
      serverLog,
    ]);
  }, 150_000);

  it('tells what differs, and why: names, ignored names, a ban by hand, [[allow]], a jail that is left out, another length', async () => {
    const [running = expect.fail('no shadow')] = await watch(['--fail2ban', conf, '--wait', '6s']);
    append('names', `refused root from ${NAMES.attacker}`, 3);
    fail('spares', FRIEND);
    fail('pass2allow-ftp', NEW[0] ?? '');
    await client('set', 'sshd', 'bantime', '7200');
    fail('sshd', LONGER);
    fail('sshd', MONITOR);
    fail('many-new', UNSEEN);
    fail('sshd', VISITOR, 2);
    await until(() => serverSaid().split(`[sshd] Found ${VISITOR}`).length > 2, serverSaid, PATIENCE_MS);
    await client('set', 'sshd', 'banip', VISITOR);
    for (const text of [
      `[names] Ban ${BY_NAME}`,
      `[pass2allow-ftp] Ban ${NEW[0]}`,
      `[sshd] Ban ${LONGER}`,
      `[sshd] Ban ${MONITOR}`,
    ]) {
      await logged(text);
    }
    await logged(`[spares] Ignore ${FRIEND} by dns`);
    await until(
      () => linesOf(running.out).length >= 7,
      () => `${running.out}\n${running.err}\n${serverSaid()}`,
      PATIENCE_MS,
    );
    const { status, lines } = await running.end();
    const told = new Map(lines.map((line) => [`${line.what} ${line.jail ?? ''} ${line.subject ?? ''}`.trim(), line]));
    const whyOf = (key: string): string => told.get(key)?.why?.join('; ') ?? '';
    expect([...told.keys()].sort()).toEqual(
      [
        `length sshd ${LONGER}`,
        `only Rapsheet many ${UNSEEN}`,
        `only Rapsheet spares ${FRIEND}`,
        `only fail2ban names ${BY_NAME}`,
        `only fail2ban pass2allow-ftp ${NEW[0]}`,
        `only fail2ban sshd ${MONITOR}`,
        `only fail2ban sshd ${VISITOR}`,
        'summary',
      ].sort(),
    );
    expect(whyOf(`only fail2ban names ${BY_NAME}`)).toMatch(/3 failures in .*names\.log name no address/);
    expect(told.get(`only fail2ban names ${BY_NAME}`)?.lines).toContainEqual(
      expect.stringContaining(`refused root from ${NAMES.attacker}`),
    );
    expect(whyOf(`only fail2ban pass2allow-ftp ${NEW[0]}`)).toContain(
      'the jail was left out: its bans let somebody in',
    );
    expect(whyOf(`only fail2ban sshd ${MONITOR}`)).toContain('never banned here: [[allow]] our monitor');
    expect(whyOf(`only fail2ban sshd ${VISITOR}`)).toMatch(
      /^2 of 3 failures in view within 10m, .*fail2ban counted none: banned by hand/,
    );
    expect(whyOf(`only Rapsheet spares ${FRIEND}`)).toMatch(
      /3 of 3 failures here; .* ignored 3 failures \(a name in ignoreip/,
    );
    expect(whyOf(`only Rapsheet many ${UNSEEN}`)).toMatch(
      /tells of 0 failures; it seems not to read .*many-new\.log: it looks for logs only when it starts/,
    );
    expect(told.get(`only Rapsheet spares ${FRIEND}`)?.lines).toHaveLength(3);
    expect(told.get(`length sshd ${LONGER}`)).toMatchObject({ fail2banMs: 7_200_000, rapsheetMs: 3_600_000 });
    expect(told.get('summary')).toMatchObject({ agrees: false, undecided: 0 });
    expect(status).toBe(1);
  }, 150_000);

  /** The same installation, but for an option of its server: a shadow sees less of it. */
  function variant(name: string, option: string): string {
    const tree = join(folder, name);
    mkdirSync(tree);
    for (const part of ['jail.conf', 'filter.d', 'action.d']) symlinkSync(join(conf, part), join(tree, part));
    const text = readFileSync(join(conf, 'fail2ban.conf'), 'utf8');
    put(join(tree, 'fail2ban.conf'), text.replace(new RegExp(`^${option.split(' ')[0]} = .*$`, 'm'), option));
    return tree;
  }

  it('ends by itself, in sentences; a fail2ban that cannot be seen is said at once', async () => {
    const text = startShadow(['-c', config, '--fail2ban', conf, '--for', '1s', '--wait', '1s']);
    shadows.push(text);
    expect(await text.over).toBe(0);
    expect(text.out).toMatch(/^No ban on either side in \ds\.\n$/);
    const dead = variant('dead', `socket = ${join(folder, 'none.sock')}`);
    const alone = startShadow(['-c', config, '--fail2ban', dead, '--for', '1s', '--wait', '1s']);
    shadows.push(alone);
    expect(await alone.over).toBe(69);
    expect(alone.out).toMatch(/^Nothing was compared: fail2ban does not run/);
    const empty = variant('empty', 'loglevel = INFO');
    rmSync(join(empty, 'jail.conf'));
    put(join(empty, 'jail.conf'), '[sshd]\nenabled = false\n');
    const jobless = startShadow(['-c', config, '--fail2ban', empty]);
    shadows.push(jobless);
    expect(await jobless.over).toBe(78);
    expect(jobless.err).toContain('no jail is in use: there is nothing to compare');
    const blind = startShadow(['-c', config, '--fail2ban', conf, '--log', join(folder, 'none.log')]);
    shadows.push(blind);
    expect(await blind.over).toBe(66);
    expect(blind.err).toContain('there is no such log (--log FILE');
  }, 60_000);
});

/** A line that a shadow prints. */
interface Told {
  readonly what: string;
  readonly jail?: string;
  readonly subject?: string;
  readonly why?: readonly string[];
  readonly lines?: readonly string[];
}

interface Running {
  readonly program: Program;
  readonly out: string;
  readonly err: string;
  readonly over: Promise<number | null>;
  end(): Promise<{ status: number | null; lines: Told[] }>;
}

function startShadow(given: readonly string[]): Running {
  const program = start(['shadow', ...given]);
  program.stdin.on('error', () => undefined).end();
  const said = { out: '', err: '' };
  for (const name of ['out', 'err'] as const) {
    program[name === 'out' ? 'stdout' : 'stderr'].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  const over = new Promise<number | null>((resolve, reject) => {
    program.on('error', reject);
    program.on('close', resolve);
  });
  return {
    ...{ program, over },
    get out() {
      return said.out;
    },
    get err() {
      return said.err;
    },
    async end() {
      program.kill('SIGTERM');
      const status = await over;
      return { status, lines: linesOf(said.out).map((line) => JSON.parse(line)) };
    },
  };
}

function recordedIn(path: string): number {
  const database = openDatabase(path, 'read');
  try {
    return database.query('SELECT count(*) AS bans FROM bans').row()?.number('bans') ?? 0;
  } finally {
    database.close();
  }
}

function plant(folder: string, conf: string): void {
  mkdirSync(join(conf, 'filter.d'), { recursive: true });
  mkdirSync(join(conf, 'action.d'));
  for (const log of [...JAILS, 'fail2ban']) put(join(folder, `${log}.log`), '');
  const files = { logtarget: 'fail2ban.log', socket: 'f2b.sock', pidfile: 'f2b.pid', dbfile: 'fail2ban.sqlite3' };
  const paths = Object.entries(files).map(([name, file]) => `${name} = ${join(folder, file)}\n`);
  put(
    join(conf, 'fail2ban.conf'),
    `[Definition]\nloglevel = INFO\ndbpurgeage = 1d\nallowipv6 = yes\n${paths.join('')}`,
  );
  put(join(conf, 'filter.d', 'scratch.conf'), '[Definition]\nfailregex = refused <F-USER>.*</F-USER> from <HOST>$\n');
  const jail = (name: string, more = ''): string => `[${name}]\nlogpath = ${join(folder, `${name}.log`)}\n${more}`;
  put(
    join(conf, 'jail.conf'),
    `[DEFAULT]
enabled = true
backend = polling
usedns = no
maxretry = 3
findtime = 10m
bantime = 1h
filter = scratch
action =
${jail('sshd')}${jail('shop', 'bantime = 3s\nbantime.increment = true\n')}${jail('names', 'usedns = yes\n')}
${jail('spares', `ignoreip = ${NAMES.friend}\n`)}${jail('pass2allow-ftp')}
[many]
logpath = ${join(folder, 'many*.log')}
[recidive]
filter = recidive
logpath = ${join(folder, 'fail2ban.log')}
maxretry = 2
findtime = 1d
bantime = 1w
`,
  );
  for (const name of ['recidive', 'common']) {
    symlinkSync(`/etc/fail2ban/filter.d/${name}.conf`, join(conf, 'filter.d', `${name}.conf`));
  }
}
