/** The daemon with the jails of a fail2ban: real files, a real ledger, the firewall in memory. */
import { appendFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseNetwork } from '../base/address.ts';
import { EXIT } from '../base/problem.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/config.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { failure, openBench, type TestBench, until } from '../daemon/testing.ts';
import { handle } from '../daemon/verbs.ts';
import { memoryFirewall } from '../firewall/memory.ts';
import { adoptionProblems, isAdopted, nothingToWatch } from './adopted.ts';
import { LIVE, withFail2ban } from './fail2ban.ts';
import { knock, sampleInstallation } from './fail2ban-sample.ts';
import { liveStagesOf } from './stages.ts';

const JAILS = `
[knock]
action = block[port=22]
[again]
filter = knock
maxretry = 3
bantime = 2h
action = block[port=22]
[late]
filter = knock
maxretry = 4
bantime = 30m
action = block[port=22]
[ring]
filter = ring
action = block[port=80]
`;
const UNKNOWN = {
  ...{ country: undefined, asn: undefined, organization: undefined, organizationAsGiven: undefined },
  ...{ network: undefined, scanner: undefined, latitude: undefined, longitude: undefined, sources: [] },
};

let bench: TestBench | undefined;
afterEach(async () => {
  await bench?.end();
  bench = undefined;
});

interface Set {
  readonly bench: TestBench;
  readonly log: string;
  readonly firewall: ReturnType<typeof memoryFirewall>;
  load(): Config;
  start(config?: Config): Promise<Daemon>;
}

function set(jails: string, files: Readonly<Record<string, string>> = {}): Set {
  const clock = (): number => Date.now();
  const made = openBench(['knock.log'], clock);
  bench = made;
  const log = join(made.folder, 'knock.log');
  writeFileSync(log, '');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(made.folder, name), text);
  const root = sampleInstallation(made.folder, jails);
  const file = join(made.folder, 'rapsheet.toml');
  writeFileSync(file, '');
  const load = (): Config => {
    const config = withFail2ban(loadConfig({ program: '.', file, fail2ban: root }), LIVE);
    return { ...config, protect: made.config.protect };
  };
  const config = load();
  const firewall = memoryFirewall({ groups: config.portGroups, hooks: ['input'], clock });
  const world = {
    stages: (each: Config) => liveStagesOf(each, { lookup: () => UNKNOWN }),
    loadConfig: load,
    leftOut: (each: Config) => (isAdopted(each) ? each.adoption.leftOut : undefined),
    openFirewall: async () => firewall,
  };
  return { bench: made, log, firewall, load, start: (given = config) => made.start({ config: given }, world) };
}

/** fail2ban's dates have no smaller unit. */
function wholeSecond(): number {
  return Math.floor(Date.now() / 1_000) * 1_000;
}

async function blocked({ firewall }: Set): Promise<string[]> {
  return (await firewall.list()).map(({ subject, group }) => `${subject.text} ${group}`).sort();
}

const ATTACKER = parseNetwork('203.0.113.7') ?? expect.fail('no network');

describe('a daemon with an installation of fail2ban', () => {
  it('bans in each jail by itself, for its ports, and the longest ban of a port holds', async () => {
    const now = wholeSecond();
    const made = set(JAILS);
    const daemon = await made.start();
    for (const n of [4, 3, 2, 1]) appendFileSync(made.log, knock(now - n * 1_000, '203.0.113.7'));
    for (const n of [2, 1]) appendFileSync(made.log, knock(now - n * 1_000, '203.0.113.7', 'ring'));
    await until(() => daemon.status().counts.bans === 4, 'four bans');
    await daemon.enforcer.settled();
    expect(await blocked(made)).toEqual(['203.0.113.7 p22', '203.0.113.7 p80']);
    // Made by the third of four attempts, and longer than the ban that the fourth led to.
    const [ssh] = (await made.firewall.list()).filter(({ group }) => group === 'p22');
    expect(ssh?.until).toBe(now - 2_000 + 7_200_000);
    expect(daemon.status().jails.map(({ name, attempts, bans }) => [name, attempts, bans])).toEqual([
      ['knock', 4, 1],
      ['again', 4, 1],
      ['late', 4, 1],
      ['ring', 2, 1],
    ]);
    daemon.release([ATTACKER], 'by the test');
    await daemon.enforcer.settled();
    expect(await blocked(made)).toEqual([]);
  });

  it('spares whom a list names that is edited while it runs', async () => {
    const made = set('[knock]\nignoreip = file:{folder}/allow.txt\n', { 'allow.txt': '203.0.113.8\n' });
    const daemon = await made.start();
    writeFileSync(join(made.bench.folder, 'allow.txt'), '203.0.113.8\n203.0.113.7\n');
    await new Promise((done) => setTimeout(done, 1_100));
    const now = wholeSecond();
    for (const address of ['203.0.113.7', '203.0.113.7', '203.0.113.8', '203.0.113.8', '203.0.113.9', '203.0.113.9']) {
      appendFileSync(made.log, knock(now, address));
    }
    await until(() => daemon.status().counts.bans === 1, 'the ban of the third');
    await daemon.enforcer.settled();
    expect(await blocked(made)).toEqual(['203.0.113.9 all']);
  });

  it('goes on where it ended: tickets, and whom which jail has banned', async () => {
    const now = wholeSecond();
    const made = set(JAILS);
    const first = await made.start();
    for (const n of [9, 8]) appendFileSync(made.log, knock(now - n * 1_000, '203.0.113.7'));
    appendFileSync(made.log, knock(now - 7_000, '203.0.113.8'));
    await until(() => first.status().counts.attempts === 9, 'the attempts');
    await first.stop();
    const second = await made.start();
    // One more each: the third for the jail that wants three, the second for the other one's second address.
    appendFileSync(made.log, knock(now - 6_000, '203.0.113.7') + knock(now - 5_000, '203.0.113.8'));
    await until(() => second.status().counts.bans === 2, 'both bans');
    const bans = second.status().jails.map(({ name, bans: count, inForce }) => [name, count, inForce]);
    expect(bans).toMatchObject([
      ['knock', 1, expect.any(Number)],
      ['again', 1, expect.any(Number)],
      ['late', 0, 0],
      ['ring', 0, 0],
    ]);
  });

  it('refuses a reload in which a jail that is in use has a mistake; one that was left out before stays so', async () => {
    const jails = '[knock]\n[again]\nfilter = nope\n';
    const made = set(jails);
    const daemon = await made.start();
    const ask = { verb: 'reload', confirmed: false } as const;
    expect(await handle(daemon, ask)).toMatchObject({
      applied: true,
      problems: [expect.stringContaining('jail [again] is skipped: there is no such file')],
    });
    const local = join(made.bench.folder, 'fail2ban', 'jail.local');
    writeFileSync(local, '[knock]\nmaxretry = five\n');
    await expect(handle(daemon, ask)).rejects.toMatchObject({
      status: EXIT.badConfig,
      problems: [{ where: `${local}:2 [knock] maxretry`, what: expect.stringMatching(/^jail \[knock\].*five/) }],
    });
    const asked = await handle(daemon, { verb: 'fail2ban', command: ['reload'], by: 'me' });
    expect(asked).toEqual([1, { error: 'Exception', what: expect.stringMatching(/jail \[knock\].*five/) }]);
    expect(daemon.config.jails.map(({ name }) => name)).toEqual(['knock']);
    rmSync(local);
    symlinkSync(local, local);
    sampleInstallation(made.bench.folder, jails);
    await expect(handle(daemon, ask)).rejects.toMatchObject({ status: EXIT.badConfig, problems: [{ where: local }] });
    rmSync(local);
    sampleInstallation(made.bench.folder, '[knock]\nenabled = false\n');
    expect(await handle(daemon, ask)).toMatchObject({ applied: true, problems: [] });
  });

  it('gives way to our own filters, which know the log for what it is', async () => {
    const now = wholeSecond();
    const made = set(JAILS);
    const first = await made.start();
    appendFileSync(made.log, knock(now - 9_000, '203.0.113.7'));
    await until(() => first.status().counts.attempts === 3, 'the attempts');
    await first.stop();
    const own = await made.bench.start();
    for (const n of [5, 4, 3, 2, 1]) appendFileSync(made.log, failure(now - n * 1_000, '203.0.113.9', n));
    await until(() => own.status().counts.bans === 1, 'our ban');
    expect(own.status().logs).toMatchObject([{ format: 'syslog' }]);
  });

  it('tells whose expression gave lines up, and no more once it is mended', async () => {
    const now = wholeSecond();
    const made = set('[slow]\n');
    const write = (expression: string): void =>
      writeFileSync(
        join(made.bench.folder, 'fail2ban/filter.d/slow.conf'),
        `[Definition]\nfailregex = ${expression}\n`,
      );
    write('^ (a+)(a+)(a+)(a+)\\1\\2\\3\\4 from <HOST>$');
    const daemon = await made.start(made.load());
    for (const n of [3, 2, 1]) appendFileSync(made.log, knock(now - n * 1_000, '203.0.113.7', 'a'.repeat(401)));
    await until(() => daemon.status().jails[0]?.givenUp === 3, 'the lines given up');
    daemon.tick();
    const { problems, counts } = daemon.status();
    expect(problems).toMatchObject([
      { where: 'jail slow', severity: 'warning', what: expect.stringMatching(/given up.*\(a\+\)/) },
    ]);
    expect(counts).toMatchObject({ attempts: 0, setAside: 3 });
    write('^ a+ from <HOST>$');
    await daemon.use(made.load());
    daemon.tick();
    expect(daemon.status()).toMatchObject({ problems: [], counts: { setAside: 3 }, jails: [{ name: 'slow' }] });
    expect(daemon.status().jails[0]?.givenUp).toBeUndefined();
  });

  it('tells problems as all problems are told', () => {
    const config = set('[knock]\nignoreip = host.example\n').load();
    expect(adoptionProblems(config).map((problem) => Object.keys(problem))).toEqual([['where', 'what', 'hint']]);
  });

  it('does not send anybody to [watch] logs, which names no log for these jails', () => {
    const made = set('[knock]\n');
    const { directory = '' } = made.load().fail2ban ?? {};
    expect(nothingToWatch(made.load())).toMatchObject([{ what: `no log of the jails of ${directory} was found` }]);
    expect(nothingToWatch(set('[knock]\nenabled = false\n').load())).toEqual([]);
    expect(nothingToWatch(made.bench.config)).toBeUndefined();
  });

  it('reads it again when it is told to', async () => {
    const now = wholeSecond();
    const made = set('[knock]\nmaxretry = 9\n');
    const daemon = await made.start();
    for (const n of [3, 2]) appendFileSync(made.log, knock(now - n * 1_000, '203.0.113.7'));
    await until(() => daemon.status().counts.attempts === 2, 'the attempts');
    sampleInstallation(made.bench.folder, '[knock]\nmaxretry = 3\n');
    await daemon.use(made.load());
    expect(daemon.status().counts.bans).toBe(0);
    appendFileSync(made.log, knock(now - 1_000, '203.0.113.7'));
    await until(() => daemon.enforcer.held(ATTACKER) !== undefined, 'the block');
  });
});
