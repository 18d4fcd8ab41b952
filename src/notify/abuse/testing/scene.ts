/** For the tests of this folder: a ledger with bans whose registry is known, and a mask that hides what it is told to. */
import { onTestFinished } from 'vitest';
import { type Network, parseAddress, parseNetwork } from '../../../base/address.ts';
import { fromLog } from '../../../base/text.ts';
import { dayOf } from '../../../base/zone.ts';
import { type Ledger, openLedger } from '../../../ledger/ledger.ts';
import type { Ban, Block, Evidence, Origin } from '../../../model.ts';
import type { AbuseKind, Discretion } from '../deed.ts';
import { draftsOf } from '../draft.ts';
import { type Gathered, gatherDeeds } from '../gather.ts';
import { refreshDrafts } from '../queue.ts';
import type { ServiceWay } from '../services.ts';

/** 2026-11-27T10:00:00Z. */
export const NOON = Date.UTC(2026, 10, 27, 10);
export const TODAY = Math.floor(NOON / 86_400_000);
export const REPORTER = { organization: 'Example Ltd', contact: 'reports@example.org' };

const kind = (sentence: string, abuseipdb: number[], xarf?: string, forgeable = false): AbuseKind => ({
  ...{ sentence, abuseipdb, xarf, forgeable },
});
export const KINDS: ReadonlyMap<string, AbuseKind> = new Map([
  ['ssh.login', kind('tried to log in by SSH and failed', [18, 22], 'connection/login_attack')],
  ['ssh.protocol', kind('spoke something else than SSH', [14, 22], 'connection/reconnaissance')],
  ['mail.relay', kind('tried to relay mail', [11], 'messaging/spam')],
  ['web.probe.env', kind('probed for .env files', [21], 'connection/vulnerability_scan')],
  ['web.request', kind('sent malformed requests', [21], 'connection/reconnaissance')],
  ['scan.port', kind('knocked at ports that are closed', [14], 'connection/port_scan', true)],
  ['ssh.accepted', kind('logged in by SSH', [])],
]);

/** Hides `secret`, and says the port where a line has ` port N`. */
export const DISCRETION: Discretion = {
  line: ({ line }) => fromLog(line).replaceAll('secret', '[host]'),
  target: ({ target }) => (target === undefined ? undefined : fromLog(target).replaceAll('secret', '[host]')),
  port: ({ line }) => Number(/ port (\d+)/.exec(line)?.[1]) || undefined,
  isOurs: ({ text }) => text.startsWith('192.0.2.'),
};

export interface NewBan {
  readonly subject: string;
  readonly ban?: Partial<Omit<Ban, 'evidence'>>;
  readonly evidence?: ReadonlyArray<Partial<Evidence>>;
  readonly origin?: Partial<Origin>;
  readonly block?: Block | undefined;
  /** Undefined: the registry names nobody. */
  readonly contact?: string | undefined;
  readonly holder?: string | undefined;
}

export class Scene {
  readonly ledger: Ledger;
  readonly clock = { now: NOON };

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  /** Their numbers. */
  record(...bans: readonly NewBan[]): number[] {
    this.ledger.begin();
    const ids = bans.map((given) => this.#record(given));
    this.ledger.commit();
    return ids;
  }

  gather(day = TODAY, lines = 5): Promise<Gathered> {
    return gatherDeeds(day, { ledger: this.ledger, kinds: KINDS, discretion: DISCRETION, lines });
  }

  /** As `rapsheet abuse list` does it; how many drafts are new. */
  async refresh(services: readonly ServiceWay[] = [], day = TODAY): Promise<number> {
    const { ledger, clock } = this;
    const { culprits } = await this.gather(day);
    const drafted = draftsOf(culprits, { day, now: clock.now, kinds: KINDS, reporter: REPORTER, services });
    return refreshDrafts(ledger, { day, ...drafted, now: clock.now });
  }

  #record({ subject, ban = {}, evidence = [{}], origin, contact, holder, ...more }: NewBan): number {
    const { ledger, clock } = this;
    const network = networkOf(subject);
    const from = ban.from ?? clock.now;
    const made = banOf(network, from, { ...ban, evidence: evidence.map((line) => evidenceOf(network, from, line)) });
    const id = ledger.ban(made, originOf(origin));
    const block: Block | undefined = 'block' in more ? more.block : { state: 'blocked', at: from };
    if (block) ledger.block(id, block);
    const abuse = contact === undefined ? [] : [contact];
    const answer = { about: 'registration', network: undefined, name: 'NET', holder, country: 'NL', abuse } as const;
    ledger.finding(id, { address: network.base, at: from, source: 'RDAP rdap.example.net', answer });
    return id;
  }
}

export async function scene(path = ':memory:'): Promise<Scene> {
  const ledger = await openLedger({ path, mode: 'write', clock: () => NOON });
  onTestFinished(() => ledger.close());
  if (dayOf(ledger.zone, NOON) !== TODAY) throw new Error('the scene is of another day');
  return new Scene(ledger);
}

export function networkOf(text: string): Network {
  const network = parseNetwork(text);
  if (!network) throw new Error(`${text} is no network`);
  return network;
}

function evidenceOf({ base }: Network, time: number, given: Partial<Evidence>): Evidence {
  const address = given.address ?? parseAddress(base.text) ?? base;
  return {
    ...{ time, address, kind: 'ssh.login', filter: 'sshd', pattern: 1, user: 'root', target: undefined },
    ...{ path: '/var/log/auth.log', offset: 4711, count: 1 },
    line: `Failed password for root from ${address.text} port 40022 ssh2`,
    ...given,
  };
}

function banOf(subject: Network, from: number, given: Partial<Ban>): Ban {
  return {
    ...{ subject, host: 'web1', jail: 'ssh', service: 'ssh', kind: 'ssh.login', from, prior: 0, evidence: [] },
    until: from + 3_600_000,
    reason: { rule: 'threshold', score: 5, limit: 5, findTime: 600_000, kinds: { 'ssh.login': 5 } },
    ...given,
  };
}

function originOf(given: Partial<Origin> = {}): Origin {
  return {
    ...{ country: 'NL', asn: 64_500, organization: 'Example Hosting', organizationAsGiven: 'EXAMPLE' },
    ...{ network: undefined, scanner: undefined, latitude: undefined, longitude: undefined, sources: [] },
    ...given,
  };
}
