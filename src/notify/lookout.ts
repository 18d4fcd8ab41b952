/** Looks at bans as they are recorded, a few at a time, and says which of them people are told of now, and which later. */
import type { Ledger, ReasonedBan } from '../ledger/ledger.ts';
import { blockOf, earlierHosts, networkAround, toldBan } from './gather.ts';
import { campaignOf, newsOf } from './news.ts';
import type { BanNotice, News } from './notice.ts';
import { type NotifyState, withCampaign, withHeld } from './state.ts';

export interface Sighting {
  readonly state: NotifyState;
  readonly notices: readonly BanNotice[];
  /** Kinds that were new on their hosts. */
  readonly kinds: ReadonlySet<string>;
  /** Whether there is more to look at already. */
  readonly isMore: boolean;
}

export interface Circumstances {
  readonly now: number;
  /** Which bans are told at once. */
  readonly bans: 'new' | 'all' | 'none';
  /** How many messages may be made. */
  readonly room: number;
}

/** Some ten milliseconds of looking. */
const SLICE = 200;
/** What becomes of a ban is recorded within a second; after five, it is told without. */
const PATIENCE_MS = 5_000;
/** What is older is no alert any more: an outage is over, or somebody replays old logs. The digest tells of it. */
const FRESH_MS = 86_400_000;
/** Moments that are remembered: one a second for as long as `PATIENCE_MS`, and as many again. */
const MOMENTS_MAX = 10;

/** What was decided so far of the bans that are looked at. */
interface Draft {
  state: NotifyState;
  room: number;
  readonly notices: BanNotice[];
  readonly kinds: Set<string>;
}

export class Lookout {
  readonly #ledger: Ledger;
  readonly #kinds: Set<string>;
  /** Which ban was the newest when, the oldest moment first. */
  readonly #moments: { readonly newest: number; readonly at: number }[] = [];

  constructor(ledger: Ledger, lastBan: number) {
    this.#ledger = ledger;
    this.#kinds = new Set(ledger.alerts.bannedKinds(lastBan).map(kindKey));
  }

  look(state: NotifyState, around: Circumstances): Sighting {
    const newest = this.#ledger.newestBan();
    const draft: Draft = { state, room: around.room, notices: [], kinds: new Set() };
    const last = Math.min(newest, state.bans + SLICE);
    const reached = this.#lookAtBans(draft, { last, ripe: this.#ripe(newest, around.now), around });
    draft.state = { ...draft.state, bans: reached };
    this.#lookAtBlocks(draft, state.bans, around);
    const { notices, kinds } = draft;
    return { state: draft.state, notices, kinds, isMore: reached === last && last < newest };
  }

  /** What was found is recorded: from now on it is known. */
  learn(kinds: ReadonlySet<string>): void {
    for (const kind of kinds) this.#kinds.add(kind);
  }

  /** The last ban that has been there for long enough. */
  #ripe(newest: number, now: number): number {
    const moments = this.#moments;
    if (moments.length === 0 || now - (moments.at(-1)?.at ?? 0) >= PATIENCE_MS / MOMENTS_MAX) {
      moments.push({ newest, at: now });
    }
    // Set back, the clock would keep old moments from ever being old.
    while (moments.length > 2 * MOMENTS_MAX || (moments[0]?.at ?? now) > now) moments.shift();
    return moments.findLast(({ at }) => at <= now - PATIENCE_MS)?.newest ?? 0;
  }

  /** The number of the last ban that was looked at. */
  #lookAtBans(
    draft: Draft,
    { last, ripe, around }: { readonly last: number; readonly ripe: number; readonly around: Circumstances },
  ): number {
    const first = draft.state.bans + 1;
    const ids = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    for (const ban of this.#ledger.reasonedBans(ids)) {
      const { block } = blockOf(this.#ledger.blocksOf(ban.id));
      if (block === 'pending' && ban.id > ripe) return ban.id - 1;
      if (ban.importedFrom !== undefined) continue;
      const news = this.#newsOf(ban, block, draft);
      if (around.bans === 'all' || (around.bans === 'new' && news.length > 0)) this.#tell(draft, { ban, news, around });
    }
    return Math.max(last, draft.state.bans);
  }

  #newsOf(ban: ReasonedBan, block: ReturnType<typeof blockOf>['block'], draft: Draft): readonly News[] {
    const network = networkAround(ban);
    const kind = kindKey(ban);
    const campaign = campaignOf(ban.reason);
    const news = newsOf(
      { host: ban.host, reason: ban.reason, block },
      {
        network: network !== undefined && this.#ledger.alerts.wasBannedBefore(network, ban.id),
        kind: this.#kinds.has(kind) || draft.kinds.has(kind),
        campaign: campaign !== undefined && draft.state.campaigns.includes(campaign),
        hosts: earlierHosts(this.#ledger, ban),
      },
    );
    draft.kinds.add(kind);
    if (campaign !== undefined) draft.state = withCampaign(draft.state, campaign);
    return news;
  }

  /** Bans that were told of as if they were blocked. */
  #lookAtBlocks(draft: Draft, seenBefore: number, around: Circumstances): void {
    for (const { id, ban: banId } of this.#ledger.alerts.failedBlocks(draft.state.blocks, SLICE)) {
      if (banId > draft.state.bans) return;
      draft.state = { ...draft.state, blocks: id };
      // Of those that were looked at now it is known.
      if (banId > seenBefore || around.bans === 'none') continue;
      const [ban] = this.#ledger.reasonedBans([banId]);
      if (!ban || ban.importedFrom !== undefined) continue;
      // What looks like a refusal in the ledger and is none.
      if (blockOf(this.#ledger.blocksOf(banId)).block === 'left') continue;
      this.#tell(draft, { ban, news: ['ineffective'], around });
    }
  }

  #tell(
    draft: Draft,
    {
      ban,
      news,
      around,
    }: { readonly ban: ReasonedBan; readonly news: readonly News[]; readonly around: Circumstances },
  ): void {
    const isFailed = news.includes('ineffective');
    if (draft.room === 0 || (!isFailed && ban.from < around.now - FRESH_MS)) {
      draft.state = withHeld(draft.state, ban.id);
      return;
    }
    draft.room--;
    // The same whether it is known at once or later, so that it is told once.
    const key = `ban ${ban.id}${isFailed ? ' ineffective' : ''}`;
    draft.notices.push({
      ...{ sort: 'ban', key, made: around.now, host: ban.host, news, ban: toldBan(this.#ledger, ban) },
    });
  }
}

function kindKey({ host, kind }: { readonly host: string; readonly kind: string }): string {
  return `${host} ${kind}`;
}
