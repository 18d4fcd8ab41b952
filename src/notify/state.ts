/** How far people were told, kept in the ledger under `notify`, in the transactions in which messages are posted. */
import * as v from 'valibot';
import { parsedJson } from '../base/json.ts';

export const STATE_NAME = 'notify';

const figures = v.object({ bans: v.number(), addresses: v.number(), attempts: v.number() });

const schema = v.object({
  /** The last ban and the last block that were looked at. */
  bans: v.number(),
  blocks: v.number(),
  /** When messages were made within the last hour. */
  told: v.array(v.number()),
  /** News that there was no room for: the numbers of bans, and how many more. */
  held: v.array(v.number()),
  heldRest: v.number(),
  /** Campaigns that were told of, the newest last. */
  campaigns: v.array(v.string()),
  /** The last digest: its last ban, when it was made, how many attempts its day had by then, and what it counted. */
  digest: v.object({
    ban: v.number(),
    at: v.number(),
    today: v.number(),
    figures: v.optional(figures),
    every: v.optional(v.string()),
  }),
  /** The last month that there is a report of, or that was over before anybody asked for one: `2026-10`. */
  month: v.string(),
  /** When whoever sends was last at work, and what is in its way. */
  alive: v.number(),
  problems: v.array(v.string()),
});

export type NotifyState = Readonly<v.InferOutput<typeof schema>>;

/** Undefined where there is none yet, or none that can be read. */
export function stateFrom(text: string | undefined): NotifyState | undefined {
  if (text === undefined) return undefined;
  const result = v.safeParse(schema, parsedJson(text));
  return result.success ? result.output : undefined;
}

/** What a digest can say something of; the rest is counted. */
export const HELD_MAX = 1_000;
/** More do not go on at a time; one that is forgotten is told of again. */
const CAMPAIGNS_MAX = 100;

/** With one more ban held back; nothing changes where it is already. */
export function withHeld(state: NotifyState, ban: number): NotifyState {
  if (state.held.includes(ban)) return state;
  if (state.held.length >= HELD_MAX) return { ...state, heldRest: state.heldRest + 1 };
  return { ...state, held: [...state.held, ban] };
}

export function withCampaign(state: NotifyState, campaign: string): NotifyState {
  if (state.campaigns.includes(campaign)) return state;
  return { ...state, campaigns: [...state.campaigns, campaign].slice(-CAMPAIGNS_MAX) };
}
