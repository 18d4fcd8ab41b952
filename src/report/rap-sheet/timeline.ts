/** When, where: attempts and bans by day on each service of each host, so that one look tells who went from where to where. */
import { dayName } from '../../base/zone.ts';
import { count, text } from '../column.ts';
import type { Timeline } from '../figure.ts';
import { type Draft, finishTable, item, rest } from '../finish.ts';
import { compareLabels } from '../rank.ts';
import type { Row, Table } from '../table.ts';
import type { Words } from '../words.ts';

/** Steps of time: two months by day, and as many characters as a line of a terminal has room for. */
const STEPS = 62;
/** What a calendar of years is cut into, in days: weeks keep the days of the week apart from the pace. */
const SIZES = [1, 7, 28] as const;
/** Places that have a line; more are no picture. The others are counted together. */
const LANES = 20;
/** Places that are told apart while counting: hosts times services, far beyond what a ledger usually has. */
const PLACES = 2_000;

interface Counts {
  attempts: number;
  bans: number;
}

interface Place {
  readonly host: string;
  readonly service: string;
  readonly days: Map<number, Counts>;
}

/** Attempts and bans of a place on a day. */
export class Course {
  readonly #places = new Map<string, Place>();
  /** Beyond the places that are told apart. */
  readonly #others: Counts = { attempts: 0, bans: 0 };

  add(where: { host: string; service: string }, day: number, what: keyof Counts & string, times = 1): void {
    const key = JSON.stringify([where.host, where.service]);
    let place = this.#places.get(key);
    if (place === undefined && this.#places.size < PLACES) {
      place = { host: where.host, service: where.service, days: new Map() };
      this.#places.set(key, place);
    }
    const counts = place === undefined ? this.#others : (place.days.get(day) ?? { attempts: 0, bans: 0 });
    counts[what] += times;
    place?.days.set(day, counts);
  }

  /** By attempts, then bans, the most first: the places that have a line. The rest as sums. */
  lanes(words: Words): { readonly shown: readonly Place[]; readonly places: number; readonly others: Counts } {
    const places = [...this.#places.values()].map((place) => ({ place, sums: sumsOf(place.days.values()) }));
    places.sort(
      (a, b) =>
        b.sums.attempts - a.sums.attempts ||
        b.sums.bans - a.sums.bans ||
        compareLabels([a.place.service, a.place.host], [b.place.service, b.place.host], words.compare),
    );
    const hidden = places.slice(LANES).map(({ sums }) => sums);
    return {
      shown: places.slice(0, LANES).map(({ place }) => place),
      places: hidden.length + (this.#others.attempts + this.#others.bans > 0 ? 1 : 0),
      others: sumsOf([...hidden, this.#others]),
    };
  }
}

/** The table and how it is drawn; nothing where nothing happened. */
export function timeline(
  course: Course,
  words: Words,
): { readonly table: Table; readonly figure: Timeline } | undefined {
  const { shown, places, others } = course.lanes(words);
  const days = shown.flatMap((place) => [...place.days.keys()]);
  if (days.length === 0) return undefined;
  const [first, last] = days.reduce(
    ([low, high], day) => [Math.min(low, day), Math.max(high, day)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const step = stepOf(last - first + 1);
  const rows = shown
    .flatMap((place) => stepsOf(place, first, step))
    .sort(
      (a, b) => words.compare(a.day, b.day) || compareLabels([a.service, a.host], [b.service, b.host], words.compare),
    );
  const { sheet } = words.phrases;
  const draft: Draft = {
    name: 'timeline',
    title: 'Timeline',
    base: 'attempts and bans',
    columns: [
      text('day', step === 1 ? 'Day' : 'From'),
      text('service', 'Service'),
      text('host', 'Host'),
      count('attempts', 'Attempts', { measure: 'attempts' }),
      count('bans', 'Bans', { measure: 'bans' }),
    ],
    rows: [...rows.map((row): Row => item({ ...row })), ...rest({ day: 'other places', ...others }, places)],
    total: {},
    notes: [
      ...(step === 1 ? [] : [sheet.steps({ days: step })]),
      ...(places > 0 ? [sheet.lanes({ count: LANES })] : []),
    ],
    order: { by: 'day', direction: 'rising', amongEquals: ['service', 'host'] },
  };
  const axis = { label: 'day', lanes: ['service', 'host'], series: ['attempts', 'bans'], step } as const;
  return {
    table: finishTable(draft, words),
    figure: {
      type: 'timeline',
      name: 'timeline',
      title: step === 1 ? 'Attempts and bans by day' : 'Attempts and bans over time',
      table: 'timeline',
      ...axis,
    },
  };
}

function stepOf(days: number): number {
  return SIZES.find((size) => days <= size * STEPS) ?? Math.ceil(days / STEPS / 28) * 28;
}

function stepsOf({ host, service, days }: Place, first: number, step: number) {
  const steps = new Map<number, Counts>();
  for (const [day, counts] of days) {
    const start = first + Math.floor((day - first) / step) * step;
    steps.set(start, sumsOf([steps.get(start) ?? { attempts: 0, bans: 0 }, counts]));
  }
  return [...steps].map(([day, counts]) => ({ day: dayName(day), service, host, ...counts }));
}

function sumsOf(all: Iterable<Counts>): Counts {
  const sums = { attempts: 0, bans: 0 };
  for (const { attempts, bans } of all) {
    sums.attempts += attempts;
    sums.bans += bans;
  }
  return sums;
}
