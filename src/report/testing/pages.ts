/** Bans and tallies as the columns that a report reads. */
import type { Reason, ReportedBan, Tally } from '../../model.ts';
import { partsOf } from '../facts/subjects.ts';
import type { BanPage, SubjectList, TallyPage } from '../records.ts';

/** Of a jail's window. */
export const USUAL: Reason = { rule: 'threshold', score: 5, limit: 5, findTime: 600_000, kinds: {} };

export function banPageOf(bans: readonly ReportedBan[], reasonOf: (id: number) => Reason = () => USUAL): BanPage {
  const names = new Map<string, number>();
  const numbers = (textOf: (ban: ReportedBan) => string): Float64Array =>
    Float64Array.from(bans, (ban) => {
      const number = names.get(textOf(ban)) ?? names.size;
      names.set(textOf(ban), number);
      return number;
    });
  const nameOf = (number: number): string => [...names.keys()][number] ?? '';
  const origins = [...new Set(bans.map(({ origin }) => origin))];
  return {
    ...listOf(bans.map(({ subject }) => subject)),
    id: Float64Array.from(bans, ({ id }) => id),
    host: numbers(({ host }) => host),
    service: numbers(({ service }) => service),
    kind: numbers(({ kind }) => kind),
    from: Float64Array.from(bans, ({ from }) => from),
    until: Float64Array.from(bans, ({ until }) => until),
    prior: Float64Array.from(bans, ({ prior }) => prior),
    origin: Float64Array.from(bans, ({ origin }) => origins.indexOf(origin)),
    hostOf: nameOf,
    nameOf,
    originOf: (number) => at(origins, number),
    unusual: [...bans.keys()].filter((row) => at(bans, row).rule !== 'threshold'),
    decisionOf: (row) => ({ rule: at(bans, row).rule, importedFrom: at(bans, row).importedFrom }),
    reasonOf: (row) => reasonOf(at(bans, row).id),
  };
}

export function tallyPageOf({ day, service, kind, address, count, first, last }: Tally): TallyPage {
  const [counts, firsts, lasts] = [Float64Array.of(count), Float64Array.of(first), Float64Array.of(last)];
  return { ...listOf([address]), day, service, kind, count: counts, first: firsts, last: lasts };
}

/** Addresses and networks, and what is neither. */
export function listOf(texts: readonly string[]): SubjectList {
  const parts = texts.map((text) => partsOf(text));
  return {
    size: texts.length,
    words: Int32Array.from(parts.flatMap(({ base }) => [base?.w0 ?? 0, base?.w1 ?? 0, base?.w2 ?? 0, base?.w3 ?? 0])),
    bits: Int32Array.from(parts, ({ bits }) => bits),
    textOf: (row) => at(texts, row),
  };
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no row ${index}`);
  return item;
}
