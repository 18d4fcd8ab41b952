/**
 * What all firewalls do with orders before they act: refuse those that cannot be, join those for the same subject, and
 * count in seconds. Afterwards a Block for each order.
 */
import { isIPv4, type Network } from '../base/address.ts';
import type { Block } from '../model.ts';
import { ALL_PORTS, type BlockOrder, type FirewallOptions } from './firewall.ts';

/** Kernels count timeouts; an end that lies further ahead is for good. */
const FOR_GOOD_MS = 100 * 365 * 86_400_000;

/** What is to be blocked. Several orders of one change may ask for it: the latest end counts. */
export interface Wanted {
  readonly subject: Network;
  readonly group: string;
  /** Epoch milliseconds; infinite for good. */
  readonly until: number;
  /** How long from now, at least 1; undefined for good. */
  readonly seconds: number | undefined;
  /** Which of the orders asked for it. */
  readonly places: readonly number[];
}

/** The orders of one change, screened; collects what was refused. */
export class Screening {
  readonly wanted: readonly Wanted[];
  readonly #count: number;
  readonly #refused = new Map<number, string>();

  constructor(orders: readonly BlockOrder[], options: FirewallOptions) {
    const now = options.clock();
    const groups = new Set([ALL_PORTS, ...options.groups.map(({ name }) => name)]);
    const joined = new Map<string, { order: BlockOrder; places: number[] }>();
    this.#count = orders.length;
    for (const [place, order] of orders.entries()) {
      const objection = objectionTo(order, groups, now);
      if (objection !== undefined) {
        this.#refused.set(place, objection);
        continue;
      }
      const key = `${order.group} ${order.subject.text}`;
      const known = joined.get(key);
      if (!known) joined.set(key, { order, places: [place] });
      else {
        known.places.push(place);
        if (order.until > known.order.until) known.order = order;
      }
    }
    this.wanted = [...joined.values()].map(({ order, places }) => ({
      ...order,
      seconds: secondsUntil(order.until, now),
      places,
    }));
  }

  refuse(wanted: Wanted, why: string): void {
    for (const place of wanted.places) this.#refused.set(place, why);
  }

  refuses(wanted: Wanted): boolean {
    return wanted.places.some((place) => this.#refused.has(place));
  }

  /** A block for each order, in their order. */
  blocks(at: number): Block[] {
    return Array.from({ length: this.#count }, (_, place): Block => {
      const why = this.#refused.get(place);
      return why === undefined ? { state: 'blocked', at } : { state: 'refused', at, why };
    });
  }
}

/** 4 or 6. */
export function familyOf(subject: Network): 4 | 6 {
  return isIPv4(subject.base) ? 4 : 6;
}

/** The length of the prefix in the subject's own family: 32 and 128 are single addresses. */
export function prefixOf(subject: Network): number {
  return isIPv4(subject.base) ? subject.bits - 96 : subject.bits;
}

export function isSingle(subject: Network): boolean {
  return subject.bits === 128;
}

function objectionTo(order: BlockOrder, groups: ReadonlySet<string>, now: number): string | undefined {
  if (!(order.until > now)) return 'it was over before it could be made';
  if (!groups.has(order.group)) return `the firewall has no group of ports named ${order.group}`;
  if (prefixOf(order.subject) === 0) return 'it would block everybody';
  return undefined;
}

/** Rounded up, so that no block ends before its ban. */
function secondsUntil(until: number, now: number): number | undefined {
  const ms = until - now;
  return ms > FOR_GOOD_MS ? undefined : Math.max(1, Math.ceil(ms / 1000));
}
