/** For the tests of this folder: a ledger, channels in memory and a clock that a test sets. */
import { onTestFinished } from 'vitest';
import { parseAddress, parseNetwork } from '../../base/address.ts';
import { silentLog } from '../../base/log.ts';
import { type Ledger, openLedger } from '../../ledger/ledger.ts';
import type { Attempt, Ban, Block, Origin, Reason } from '../../model.ts';
import { MemoryChannel } from '../channel/memory.ts';
import type { BanNotice, DigestNotice, ReportNotice } from '../notice.ts';
import { Notifier, type NotifierOptions } from '../notifier.ts';

/** 2026-11-27T10:00:00Z, a Friday. */
export const NOON = Date.UTC(2026, 10, 27, 10);
export const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];

export const campaign = (addresses: number): Reason => ({
  ...{ rule: 'campaign', user: 'root', service: 'ssh', addresses, findTime: DAY, since: NOON - HOUR },
});

export interface Scene {
  readonly ledger: Ledger;
  readonly clock: { now: number };
  readonly channel: MemoryChannel;
  /** A new process on the same ledger. */
  begin(given?: Partial<NotifierOptions>): Promise<Notifier>;
  /** Records bans and blocks, as the daemon would; the numbers of the bans. */
  record(...bans: readonly NewBan[]): number[];
  /** Counts so many attempts of one address now. */
  tally(count: number, kind?: string): void;
}

export interface NewBan {
  readonly subject: string;
  readonly ban?: Partial<Ban>;
  readonly origin?: Partial<Origin>;
  /** Undefined: not known yet. */
  readonly block?: Block | undefined;
}

/** As many addresses, each of a network of its own. */
export const many = (count: number): NewBan[] =>
  Array.from({ length: count }, (_, i) => ({ subject: `198.${18 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}` }));

export async function scene(path = ':memory:'): Promise<Scene> {
  const clock = { now: NOON };
  const ledger = await openLedger({ path, mode: 'write', clock: () => clock.now, patienceMs: 0 });
  onTestFinished(() => ledger.close());
  const channel = new MemoryChannel('inbox');
  const sorts = ['ban', 'digest', 'report'] as const;
  return {
    ledger,
    clock,
    channel,
    begin: (given = {}) =>
      Notifier.begin({
        ...{ ledger, recipients: [{ channel, sorts }], clock: () => clock.now, log: silentLog, report: undefined },
        ...{ bans: 'new', digest: 'day', atMinutes: 420, perHour: 10 },
        ...given,
      }),
    record: (...bans) => {
      ledger.begin();
      const ids = bans.map(({ subject, ban, origin, ...more }) => {
        const id = ledger.ban(banOf(subject, clock.now, ban), originOf(origin));
        const block: Block | undefined = 'block' in more ? more.block : { state: 'blocked', at: clock.now };
        if (block) ledger.block(id, block);
        return id;
      });
      ledger.commit();
      return ids;
    },
    tally: (count, kind = 'ssh.login') => {
      ledger.begin();
      if (count > 0) ledger.tally(attemptOf(clock.now, kind), count);
      ledger.commit();
    },
  };
}

/** Lets it work until nothing is due and nothing on its way. */
export async function work(notifier: Notifier): Promise<void> {
  for (let turns = 0; turns < 1_000; turns++) {
    const isMore = await notifier.turn();
    await notifier.settled();
    if (!isMore) return;
  }
  throw new Error('it never rests');
}

/** Lets hours pass, each of them in some steps. */
export async function pass(scene: Scene, notifier: Notifier, ms: number, stepMs: number): Promise<void> {
  const end = scene.clock.now + ms;
  while (scene.clock.now < end) {
    scene.clock.now = Math.min(end, scene.clock.now + stepMs);
    await work(notifier);
  }
}

export function bansTold({ kept }: MemoryChannel): BanNotice[] {
  return kept.flatMap(({ notice }) => (notice.sort === 'ban' ? [notice] : []));
}

export function digestsTold({ kept }: MemoryChannel): DigestNotice[] {
  return kept.flatMap(({ notice }) => (notice.sort === 'digest' ? [notice] : []));
}

export function reportsTold({ kept }: MemoryChannel): ReportNotice[] {
  return kept.flatMap(({ notice }) => (notice.sort === 'report' ? [notice] : []));
}

function banOf(subject: string, now: number, given: Partial<Ban> = {}): Ban {
  const network = parseNetwork(subject);
  if (!network) throw new Error(`${subject} is no network`);
  const line = `Failed password for root from ${subject} port 40022 ssh2`;
  const common = { time: now, address: network.base, kind: 'ssh.login', filter: 'sshd', pattern: 1 };
  return {
    ...{ subject: network, host: 'web1', jail: 'ssh', service: 'ssh', kind: 'ssh.login', from: now, prior: 0 },
    until: now + HOUR,
    reason: { rule: 'threshold', score: 5, limit: 5, findTime: 600_000, kinds: { 'ssh.login': 5 } },
    evidence: [{ ...common, user: 'root', target: undefined, path: '/var/log/auth.log', offset: 4711, count: 1, line }],
    ...given,
  };
}

function attemptOf(time: number, kind: string): Attempt {
  const address = parseAddress('203.0.113.7');
  if (!address) throw new Error('not an address');
  const pattern = { filter: 'sshd', number: 1, service: 'ssh', kind, voice: undefined, syslog: true, success: false };
  const file = { host: 'web1', path: '/var/log/auth.log', modified: time };
  const common = { user: undefined, target: undefined, offset: 0, count: 1, session: '', line: '' };
  return { time, address, pattern, file, ...common };
}

function originOf(given: Partial<Origin> = {}): Origin {
  return {
    ...{ country: 'NL', asn: 64_500, organization: 'Example Hosting', organizationAsGiven: 'EXAMPLE' },
    ...{ network: undefined, scanner: undefined, latitude: undefined, longitude: undefined, sources: [] },
    ...given,
  };
}
