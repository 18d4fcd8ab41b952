/**
 * From what a log tells of one address in one jail to its bans: when each began, how long it was to last, when it ended.
 * A stop of fail2ban lifts all bans and its start puts them back; that is one ban, not two.
 */

export interface SpanEvent {
  /** `lifted`: taken out of the firewall because fail2ban stopped. */
  readonly what: 'ban' | 'restore' | 'increase' | 'unban' | 'lifted';
  readonly time: number;
  /** The planned end: `Infinity` for good, undefined where nothing says. */
  readonly until: number | undefined;
  /** Attempts found before it. */
  readonly failures: number;
  readonly id: number;
}

/** What is known of the end of a ban. */
export interface KnownEnd {
  readonly from: number;
  /** As it was planned, `Infinity` for good; undefined where nothing says. */
  readonly until: number | undefined;
  /** When it was seen to end. */
  readonly ended: number | undefined;
  /** Where neither is known: when it cannot have lasted longer. */
  readonly bound: number | undefined;
}

export interface Span extends KnownEnd {
  /** The event that it began with. */
  readonly id: number;
  readonly failures: number;
  /** It was there already, from a time that the log does not reach. */
  readonly isRestored: boolean;
}

interface Open {
  readonly event: SpanEvent;
  until: number | undefined;
  ended: number | undefined;
  lifted: number | undefined;
}

/** The observer of fail2ban logs a longer end beside the ban, before or after it. */
const BESIDE_MS = 10_000;
/** So far from the planned end is no accident of clocks and latencies: somebody let it in, or kept it out. */
const ACCIDENT_MS = 60_000;

/** Events of one address in one jail, in the order of time. */
export function* spansOf(events: Iterable<SpanEvent>): Generator<Span> {
  let open: Open | undefined;
  let increase: SpanEvent | undefined;
  for (const event of events) {
    switch (event.what) {
      case 'ban': {
        if (open) yield spanOf(open, event.time);
        const longer = increase && event.time - increase.time <= BESIDE_MS ? increase.until : undefined;
        open = { event, until: longer ?? event.until, ended: undefined, lifted: undefined };
        increase = undefined;
        break;
      }
      case 'restore':
        open ??= { event, until: undefined, ended: undefined, lifted: undefined };
        open.ended = undefined;
        open.lifted = undefined;
        break;
      case 'increase':
        if (open && open.ended === undefined) open.until = event.until;
        else increase = event;
        break;
      case 'unban':
        if (open) open.ended ??= event.time;
        break;
      case 'lifted':
        if (open) open.lifted ??= event.time;
        break;
    }
  }
  if (open) yield spanOf(open, undefined);
}

/** `next`: when the address was banned by this jail again, which it cannot be while it is banned. */
function spanOf({ event, until, ended, lifted }: Open, next: number | undefined): Span {
  const { id, time: from, failures } = event;
  const planned = until === undefined || next === undefined ? until : Math.min(until, next);
  const isRestored = event.what === 'restore';
  return { id, from, until: planned, ended, bound: lifted ?? next, failures, isRestored };
}

/** How a ban is recorded: its end, and when it was ended before that. */
export interface Ending {
  readonly until: number;
  readonly released: number | undefined;
}

/** `usual`: how long a ban lasts of which nothing is known. */
export function endingOf({ from, until, ended, bound }: KnownEnd, usual: number): Ending {
  if (ended === undefined) return { until: until ?? bound ?? from + usual, released: undefined };
  if (until === undefined || ended > until + ACCIDENT_MS) return { until: Math.max(ended, from), released: undefined };
  return { until, released: ended < until - ACCIDENT_MS ? Math.max(ended, from) : undefined };
}
