/** A daemon in this process for tests: real files, a real ledger, the memory firewall, a clock of the test's. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLog } from '../base/log.ts';
import { recordedKinds } from '../config/blocklists.ts';
import { type Config, forgeableKinds, loadConfig } from '../config/config.ts';
import { compileFilter } from '../filter/compile.ts';
import { createFilter } from '../filter/filter.ts';
import type { Diagnosis } from '../firewall/diagnosis.ts';
import { type MemoryFirewall, memoryFirewall } from '../firewall/memory.ts';
import type { HostFacts } from '../host/host.ts';
import { Jails } from '../jail/jail.ts';
import { openLedger } from '../ledger/ledger.ts';
import type { Attempt, Origin } from '../model.ts';
import { openFiles } from '../source/follow.ts';
import { Daemon } from './daemon.ts';
import type { Stages } from './live.ts';
import type { Held } from './target.ts';
import type { DaemonOptions, World } from './world.ts';

const PROGRAM = fileURLToPath(new URL('../..', import.meta.url));
const UNKNOWN: Origin = {
  ...{ country: undefined, asn: undefined, organization: undefined, organizationAsGiven: undefined },
  ...{ network: undefined, scanner: undefined, latitude: undefined, longitude: undefined, sources: [] },
};
const NOBODY: HostFacts = { own: [], sessions: [], connections: [], problems: [] };

export const HOST = 'web1';

/**
 * The default rules in UTC, with the allow file in the test's folder. Each address is judged alone: these tests take many
 * attackers from one network.
 */
export function testConfig(folder: string, change: Partial<Config> = {}): Config {
  const config = loadConfig({ program: PROGRAM, file: join(PROGRAM, 'config', 'rapsheet.toml') });
  const alone = { wide: undefined, campaign: undefined };
  return { ...config, ...alone, protect: { ...config.protect, allowFile: join(folder, 'allow') }, ...change };
}

export function testStages(config: Config): Stages {
  const kinds = new Set(config.kinds.keys());
  const patterns = config.filters.flatMap((filter) => compileFilter(filter, kinds).patterns);
  const { zone, trustedProxies, flood, ipv6Prefix } = config;
  return {
    filter: createFilter({ patterns, zone, trustedProxies, flood, ipv6Prefix }),
    patterns: patterns.map(({ pattern }) => pattern),
    kinds: recordedKinds(config.kinds, config.blocklists),
    jails: (hooks) =>
      new Jails({
        ...hooks,
        jails: config.jails,
        weights: new Map([...config.kinds].map(([kind, { weight }]) => [kind, weight])),
        allow: config.allow,
        ipv6Prefix: config.ipv6Prefix,
        wide: config.wide,
        campaign: config.campaign,
        forgeable: forgeableKinds(config.kinds),
        evidenceBytes: 4_194_304,
      }),
    longestWindowMs: Math.max(...config.jails.map(({ findTime }) => findTime)),
    origins: { lookup: () => UNKNOWN },
  };
}

export interface TestBench {
  readonly folder: string;
  readonly ledgerPath: string;
  readonly config: Config;
  /** One for all daemons of the bench, as a kernel is. */
  readonly firewall: MemoryFirewall;
  /** What the host is; may be replaced. */
  facts: HostFacts;
  /** What the next look at a ban without effect finds. */
  diagnosis: Diagnosis;
  readonly looks: Array<{ readonly held: Held; readonly attempts: readonly Attempt[] }>;
  start(change?: Partial<DaemonOptions>, world?: Partial<World>): Promise<Daemon>;
  /** Ends what is still there. */
  end(): Promise<void>;
}

/** `paths`: the logs, below the bench's folder. */
export function openBench(paths: readonly string[], clock: () => number, change: Partial<Config> = {}): TestBench {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-daemon-'));
  const config = testConfig(folder, change);
  const daemons: Daemon[] = [];
  const ledgerPath = join(folder, 'ledger.db');
  const firewall = memoryFirewall({ groups: config.portGroups, hooks: ['input'], clock });
  const bench: TestBench = {
    ...{ folder, ledgerPath, config, firewall, facts: NOBODY, looks: [] },
    diagnosis: { cause: 'unknown', what: 'nobody knows', remedy: 'look' },
    start: async (options = {}, world = {}) => {
      const daemon = new Daemon({
        ...{
          config,
          ledgerPath,
          host: HOST,
          version: '0',
          clock,
          monotonic: clock,
          log: silentLog,
          dryRun: false,
          trialMs: undefined,
        },
        ...options,
        world: { ...worldOf(bench, paths, clock), ...world },
      });
      daemons.push(daemon);
      await daemon.start();
      return daemon;
    },
    end: async () => {
      for (const daemon of daemons) await daemon.stop().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return bench;
}

function worldOf(bench: TestBench, paths: readonly string[], clock: () => number): World {
  const open = { mode: 'write', clock, zone: 'UTC', patienceMs: 100 } as const;
  return {
    openLedger: (path) => openLedger({ ...open, path }),
    openFirewall: async () => bench.firewall,
    openSources: async (_, { ledger, onWake }) => {
      const request = { host: HOST, paths: paths.map((path) => join(bench.folder, path)) };
      return [await openFiles([request], { clock, positions: ledger.positions(HOST), onWake })];
    },
    stages: testStages,
    openBlocklists: () => undefined,
    informants: () => [],
    readHost: () => bench.facts,
    cut: async () => undefined,
    diagnose: async (held, attempts) => {
      bench.looks.push({ held, attempts: [...attempts] });
      return bench.diagnosis;
    },
    loadConfig: () => bench.config,
  };
}

/** A failed login as sshd and rsyslog write it. */
export function failure(time: number, address: string, pid = 4242): string {
  const stamp = new Date(time).toISOString().replace('Z', '+00:00');
  return `${stamp} ${HOST} sshd[${pid}]: Failed password for root from ${address} port 4711 ssh2\n`;
}

/** Until it is so. */
export async function until(isSo: () => boolean, what: string, patienceMs = 10_000): Promise<void> {
  for (let waited = 0; !isSo(); waited += 5) {
    if (waited > patienceMs) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
