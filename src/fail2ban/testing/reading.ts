/** Lines through filters in two ways: every line to every filter, and in pieces through a reader. */
import { expect } from 'vitest';
import { zoneOf } from '../../base/zone.ts';
import { DateForms } from '../dates/choose.ts';
import { FailureFilter, type FilterDefinition, type FilterOptions } from '../filter/filter.ts';
import { type Found, LineReader } from '../filter/reader.ts';
import { FROZEN_SECONDS, FROZEN_ZONE } from './original.ts';

const NOW = FROZEN_SECONDS * 1_000;
const DATES = new DateForms(2026);
const ZONE = zoneOf(FROZEN_ZONE) ?? expect.fail('no such zone');

export type Make = () => FailureFilter;

export function making(definition: Partial<FilterDefinition>, options: Partial<FilterOptions> = {}): Make {
  const whole = { failRegex: [], ignoreRegex: [], ...definition };
  return () =>
    new FailureFilter(whole, {
      ...{ useDns: 'raw', dates: DATES, frame: { zone: ZONE }, mode: 'log', findTime: 0 },
      ...options,
    });
}

/** What is compared of a failure. */
function told({ filter, failure, offset }: Pick<Found, 'filter' | 'failure' | 'offset'>): unknown {
  const { index, subject, address, time, fields, users, lines } = failure;
  return { filter, offset, index, subject, address, time, fields: [...fields], users, lines };
}

/** Every line to every filter. */
export function everyLine(filters: readonly Make[], lines: readonly string[], now = NOW): unknown[] {
  const all = filters.map((make) => make());
  let offset = 0;
  return lines.flatMap((line) => {
    const found = all.flatMap((one, filter) =>
      one.line(line.replace(/\r+$/, ''), now).failures.map((failure) => told({ filter, failure, offset })),
    );
    offset += Buffer.byteLength(line) + 1;
    return found;
  });
}

/** The same lines in pieces, through a reader. */
export function byReader(filters: readonly Make[], lines: readonly string[], size: number, now = NOW): unknown[] {
  const reader = new LineReader(filters.map((make) => make()));
  const found: unknown[] = [];
  let offset = 0;
  for (let at = 0; at < lines.length; at += size) {
    const bytes = Buffer.from(`${lines.slice(at, at + size).join('\n')}\n`);
    found.push(...reader.read({ bytes, offset }, now).map(told));
    offset += bytes.length;
  }
  expect(reader.lines).toBe(lines.length);
  return found;
}

/** What one has and the other has not, some of it. */
export function differences(ours: readonly unknown[], theirs: readonly unknown[]): unknown[] {
  const [one, other] = [ours, theirs].map((all) => new Set(all.map((each) => JSON.stringify(each))));
  const onlyOurs = [...(one ?? [])].filter((each) => !other?.has(each));
  const onlyTheirs = [...(other ?? [])].filter((each) => !one?.has(each));
  const isInOrder = JSON.stringify(ours) === JSON.stringify(theirs);
  return isInOrder ? [] : [onlyOurs.slice(0, 3), onlyTheirs.slice(0, 3)];
}
