/** The bans of one address that another record may tell of, too, found by their time. */
import type { BanRecord, HistoryForm } from '../model.ts';
import type { StagedBan } from './staging.ts';

export interface Candidate {
  readonly from: number;
  readonly until: number;
  readonly jail: string;
  /** Undefined for a ban of our own rules. */
  readonly form: HistoryForm | undefined;
  /** The forms that told of it. */
  readonly told: Set<HistoryForm | undefined>;
  /** The sources of this run that did. */
  readonly sources: Set<number>;
  /** In the ledger. */
  readonly record: BanRecord | undefined;
  /** New. */
  readonly staged: StagedBan | undefined;
  ended: number | undefined;
}

/** Bans of a jail do not overlap but by the latency of clocks, so the neighbors in time are enough. */
const NEIGHBORS = 8;

/** The database has the time of the failure, which is not after that of the ban, rounded to a second. */
const ROUNDED_MS = 500;

export class Candidates {
  readonly #bySecond = new Map<string, Candidate>();
  /** By jail, in the order of time. */
  readonly #byJail = new Map<string, Candidate[]>();
  /** Not in that order yet: no record of the form that is being read can match them but by the second. */
  #recent: Candidate[] = [];
  #form: HistoryForm | undefined;

  add(candidate: Candidate): void {
    const key = keyOf(candidate.jail, candidate.from);
    if (!this.#bySecond.has(key)) this.#bySecond.set(key, candidate);
    this.#recent.push(candidate);
  }

  /** Bans are asked for form by form. */
  sameAs(ban: Pick<StagedBan, 'from' | 'jail' | 'form'> & { readonly until: number }): Candidate | undefined {
    if (ban.form !== this.#form) this.#sort(ban.form);
    const key = keyOf(ban.jail, ban.from);
    const exact = this.#bySecond.get(key);
    if (exact) return exact;
    const sorted = this.#byJail.get(ban.jail) ?? [];
    const at = placeOf(sorted, ban.from);
    const around = sorted
      .slice(Math.max(0, at - NEIGHBORS), at + NEIGHBORS)
      .filter((candidate) => !candidate.told.has(ban.form) && isOneBan(candidate, ban));
    const distance = ({ from }: Candidate): number => Math.abs(from - ban.from);
    const nearest = around.sort((a, b) => distance(a) - distance(b))[0];
    // The same record again, out of another table, is this one, too.
    if (nearest) this.#bySecond.set(key, nearest);
    return nearest;
  }

  #sort(form: HistoryForm): void {
    this.#form = form;
    for (const candidate of this.#recent) {
      const list = this.#byJail.get(candidate.jail);
      if (list) list.push(candidate);
      else this.#byJail.set(candidate.jail, [candidate]);
    }
    this.#recent = [];
    for (const list of this.#byJail.values()) list.sort((a, b) => a.from - b.from);
  }
}

function keyOf(jail: string, from: number): string {
  return `${Math.floor(from / 1_000)} ${jail}`;
}

type Span = Pick<Candidate, 'form' | 'from' | 'until'>;

/** Whether a database of fail2ban and its log can tell of the same ban so. */
function isOneBan(a: Span, b: Span): boolean {
  const [database, log] = a.form === 'fail2ban-db' ? [a, b] : [b, a];
  if (database.form !== 'fail2ban-db' || log.form !== 'fail2ban-log') return false;
  return database.from <= log.from + ROUNDED_MS && log.from < database.until && database.from < log.until;
}

/** How many of those sorted by time begin before one. */
export function placeOf(sorted: ReadonlyArray<{ readonly from: number }>, time: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.from ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
