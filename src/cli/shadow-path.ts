/**
 * Our side of a shadow: the path of a daemon over the same logs, with its record in memory. It blocks nobody, starts
 * nothing, listens to nobody. Whom fail2ban holds banned is banned here, too, so that both go on from the same.
 */
import { type Network, parseNetwork } from '../base/address.ts';
import type { Problem } from '../base/problem.ts';
import { Live, type Stages } from '../daemon/live.ts';
import { protectionOf } from '../daemon/protection.ts';
import type { World } from '../daemon/world.ts';
import type { JailOptions, Standing } from '../jail/jail.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Ban, Origin } from '../model.ts';
import type { LiveSource } from '../source/live.ts';
import type { AdoptedConfig } from './adopted.ts';
import type { ServerView } from './shadow-server.ts';
import { jailsOf, liveStagesOf } from './stages.ts';

/** Subjects whose bans, and whose protection, are remembered for explanations; when there are more, it begins anew. */
const REMEMBERED_MAX = 100_000;
/** Nobody asks where somebody is from. */
export const UNASKED: Origin = {
  ...{ country: undefined, asn: undefined, organization: undefined, organizationAsGiven: undefined },
  ...{ network: undefined, scanner: undefined, latitude: undefined, longitude: undefined, sources: [] },
};

export interface PathOptions {
  readonly config: AdoptedConfig;
  readonly server: ServerView;
  readonly ledger: Ledger;
  readonly world: Pick<World, 'openSources' | 'readHost'>;
  readonly host: string;
  readonly clock: () => number;
  readonly onWake: () => void;
  say(sentence: string): void;
}

interface Span {
  readonly from: number;
  readonly until: number;
}

export class OwnPath {
  readonly live: Live;
  readonly #options: PathOptions;
  readonly #sources: readonly LiveSource[];
  readonly #jails: ReadonlyMap<string, JailOptions>;
  readonly #protection: { current: ReturnType<typeof protectionOf> };
  #problems: readonly Problem[] = [];
  #held = new Map<string, Span>();
  #spared = new Map<string, string>();

  private constructor(
    options: PathOptions,
    { sources, protection }: { sources: readonly LiveSource[]; protection: ReturnType<typeof protectionOf> },
  ) {
    const { config, ledger, host, clock } = options;
    this.#options = options;
    this.#sources = sources;
    this.#jails = new Map(config.jails.map((jail) => [jail.name, jail]));
    this.#protection = { current: protection };
    this.live = new Live({
      ...{ ledger, host, clock, sources },
      stages: stagesOf(options),
      hooks: {
        protection: (subject, time) => this.#protection.current.of(subject, time),
        onSpared: ({ jail, subject, protection: { why } }) => {
          if (this.#spared.size >= REMEMBERED_MAX) this.#spared = new Map();
          this.#spared.set(keyOf(jail, subject.text), why);
        },
        // Whoever goes on while banned does so on the other side as well: nothing is blocked here.
        prolongs: true,
      },
      onLogin: () => undefined,
      inquiries: { see: () => undefined, known: () => undefined, take: () => [] },
      states: () => new Map(),
    });
  }

  static async open(options: PathOptions): Promise<OwnPath> {
    const { config, ledger, world, onWake, say } = options;
    const protection = protectionOf(config, await world.readHost(), ledger);
    let problems: readonly Problem[] = [];
    const tell = (found: readonly Problem[]): void => {
      problems = found;
    };
    const sources = await world.openSources(config, { ledger, onWake, say, tell });
    const path = new OwnPath(options, { sources, protection });
    path.#problems = problems;
    return path;
  }

  /** What is wrong with the installation and the logs now. */
  problems(): readonly Problem[] {
    return [...this.#problems, ...this.live.intake.logs().flatMap(({ state }) => state.problems)];
  }

  look(): void {
    for (const source of this.#sources) source.look();
  }

  /** Who must not be banned changes all the time. */
  async lookAtHost(): Promise<void> {
    const { config, world, ledger } = this.#options;
    this.#protection.current = protectionOf(config, await world.readHost(), ledger);
  }

  jail(name: string): JailOptions | undefined {
    return this.#jails.get(name);
  }

  /** A ban of ours was made. */
  made({ jail, subject, from, until }: Ban): void {
    this.#hold(keyOf(jail, subject.text), { from, until });
  }

  /** Since when and until when the jail has it banned. */
  held(jail: string, subject: string): Span | undefined {
    return this.#held.get(keyOf(jail, subject));
  }

  /** Why somebody who reached a limit, or would, is not banned. */
  spared(jail: string, subject: Network, time: number): string | undefined {
    return this.#spared.get(keyOf(jail, subject.text)) ?? this.#protection.current.of(subject, time)?.why;
  }

  standing(jail: string, subject: Network, time: number): Standing | undefined {
    const all = this.live.jails.standing(subject.base, this.#options.host, time);
    return all.find((each) => each.jail === jail);
  }

  /** Forgets who is banned here: the other side is asked instead. */
  forgetBans(): void {
    this.live.jails.clearSpans();
    this.#held = new Map();
  }

  /** It is banned there, and so it is here. What is no ban of ours is left alone: a name, a jail that is not in use. */
  resume(jail: string, subject: string, span: Span): void {
    const network = parseNetwork(subject);
    if (!network || !this.#jails.has(jail)) return;
    this.live.jails.resume(network, this.#options.host, { ...span, jail });
    this.#hold(keyOf(jail, subject), span);
  }

  /** It was let go there before its time. */
  release(jail: string, subject: string): void {
    const network = parseNetwork(subject);
    if (!network || !this.#held.delete(keyOf(jail, subject))) return;
    this.live.jails.forget(network, this.#options.host, jail);
  }

  /** Bans that are over are of no concern. */
  tidy(now: number): void {
    for (const [key, { until }] of this.#held) if (until < now) this.#held.delete(key);
  }

  async close(): Promise<void> {
    for (const source of this.#sources) await source.close();
  }

  #hold(key: string, span: Span): void {
    if (this.#held.size >= REMEMBERED_MAX) this.#held = new Map();
    this.#held.set(key, span);
  }
}

/** The stages of a daemon; of bans before the start the other side knows more than the logs. */
function stagesOf({ config, server, host, clock }: PathOptions): Stages {
  const startedAt = clock();
  return {
    ...liveStagesOf(config, { lookup: () => UNASKED }),
    jails: (hooks) =>
      jailsOf(config, {
        ...hooks,
        pastBans: (subject) => [
          ...server
            .before(subject.text)
            .filter(({ from }) => from <= startedAt)
            .map(({ jail, from, until = from, count }) => ({ host, jail, from, until, prior: count - 1 })),
          ...[...(hooks.pastBans?.(subject) ?? [])].filter(({ from }) => !server.hasBans || from > startedAt),
        ],
      }),
  };
}

function keyOf(jail: string, subject: string): string {
  return `${jail}\n${subject}`;
}
