/** The original's answers to every sample line of every filter that it ships, and to the lines of real services. */
import { describe, expect, it } from 'vitest';
import { UTC, type Zone, zoneOf } from '../../base/zone.ts';
import { diskTree } from '../config/file-tree.ts';
import { readFilter } from '../config/filter-file.ts';
import { DateForms } from '../dates/choose.ts';
import { type FilterRecord, oracleRecords, oracleTitle } from '../testing/oracle.ts';
import { INSTALLED, installedVersion } from '../testing/original.ts';
import { textOf } from './fields.ts';
import { type Failure, FailureFilter, type FilterOptions, type Outcome } from './filter.ts';

interface Answer {
  readonly regex: number;
  readonly id: string | null;
  readonly nofail: boolean;
  readonly time: number | null;
  readonly attempts: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface SampleRecord {
  readonly key: string;
  readonly filter: string;
  readonly opts: Readonly<Record<string, string>>;
  readonly file: string;
  readonly lineno: number;
  readonly line: string;
  readonly journal: boolean;
  readonly harness: readonly Answer[];
  readonly prod: readonly Answer[];
  readonly fresh: readonly Answer[];
}

const ZONE: Zone = zoneOf('Europe/Zurich') ?? expect.fail('no such zone');
/** What the clock said when the answers were made. */
const NOW = 1_124_013_600_000;
/** And when the logs of real services were. */
const REAL_NOW = Date.UTC(2026, 10, 22, 12);
const DATES = new DateForms(2026);

function keyOf({ filter, opts }: { filter: string; opts: Readonly<Record<string, string>> }): string {
  return JSON.stringify([filter, Object.entries(opts).sort()]);
}

const definitions = new Map(
  (oracleRecords<FilterRecord>('filters.jsonl') ?? []).map((record) => [keyOf(record), record]),
);

function filterOf(
  record: { filter: string; opts: Readonly<Record<string, string>> },
  options: Partial<FilterOptions> = {},
): FailureFilter {
  // Some are listed with the mode that they have anyway.
  const usual = { ...record, opts: { mode: 'normal' } };
  return made(
    definitions.get(keyOf(record)) ?? definitions.get(keyOf(usual)) ?? expect.fail(`no ${keyOf(record)}`),
    options,
  );
}

function made(record: Omit<FilterRecord, 'filter' | 'opts'>, options: Partial<FilterOptions> = {}): FailureFilter {
  return new FailureFilter(
    {
      failRegex: record.failregex,
      ignoreRegex: record.ignoreregex,
      ...(record.prefregex ? { prefRegex: record.prefregex } : {}),
      ...(record.maxlines === null ? {} : { maxLines: record.maxlines }),
      ...(record.datepattern === null ? {} : { datePattern: record.datepattern }),
    },
    { useDns: 'raw', dates: DATES, frame: { zone: ZONE }, mode: 'log', findTime: 600_000, ...options },
  );
}

function take(filter: FailureFilter, { line, journal }: { line: string; journal: boolean }): Outcome {
  return journal ? filter.entry({ text: line, time: NOW }, NOW) : filter.line(line, NOW);
}

function answerOf(failure: Failure): Answer {
  const fields = [...failure.fields].map(([name, value]): [string, unknown] => [name, value]);
  if (failure.users.length > 0) fields.push(['users', [...failure.users].sort()]);
  if (!failure.subject) fields.push(['mlfpending', 1]);
  if (failure.address) fields.push(['ip', failure.address.text]);
  return {
    regex: failure.index,
    id: failure.subject?.text ?? null,
    nofail: failure.fields.has('nofail'),
    time: failure.time === undefined ? null : failure.time / 1_000,
    attempts: failure.lines.length,
    fields: Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** In one order, so that they can be compared. */
function sorted(answers: readonly Answer[]): Answer[] {
  return answers.map((answer) => ({
    ...answer,
    fields: Object.fromEntries(Object.entries(answer.fields).sort(([a], [b]) => (a < b ? -1 : 1))),
  }));
}

const samples = oracleRecords<SampleRecord>('samples.jsonl');

describe.skipIf(!samples)(oracleTitle('the sample lines of the original', samples), () => {
  const filters = new Map<string, FailureFilter>();

  it('one after the other', () => {
    const wrong = (samples ?? []).flatMap((sample) => {
      const filter = filters.get(sample.key) ?? filterOf(sample);
      filters.set(sample.key, filter);
      return differences(sample, take(filter, sample), sample.prod);
    });
    expect(samples?.length).toBeGreaterThan(1_800);
    expect(wrong).toEqual([]);
  });

  it('by all expressions of a filter', () => {
    const all = new Map<string, FailureFilter>();
    const wrong = (samples ?? []).flatMap((sample) => {
      const filter = all.get(sample.key) ?? filterOf(sample, { tries: 'all' });
      all.set(sample.key, filter);
      return differences(sample, take(filter, sample), sample.harness);
    });
    expect(wrong).toEqual([]);
  });

  it('each alone', () => {
    // A filter takes a while to be made; those that need none of the lines before are seen above.
    const alone = (samples ?? []).filter(({ prod, fresh }) => JSON.stringify(prod) !== JSON.stringify(fresh));
    const wrong = alone.flatMap((sample) => differences(sample, take(filterOf(sample), sample), sample.fresh));
    expect(alone.length).toBeGreaterThan(80);
    expect(wrong).toEqual([]);
  });
});

function differences(sample: SampleRecord, outcome: Outcome, answers: readonly Answer[]): unknown[] {
  const [ours, theirs] = [outcome.failures.map(answerOf), sorted(answers)];
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return [];
  return [{ at: `${sample.key} ${sample.file}:${sample.lineno}`, line: sample.line, ours, theirs }];
}

const installed = installedVersion()?.startsWith('1.0.')
  ? oracleRecords<SampleRecord>('samples-debian12.jsonl.gz')
  : undefined;

describe.skipIf(!installed)(
  oracleTitle('the sample lines of Debian 12, with its filters as installed', installed),
  () => {
    const filters = new Map<string, FailureFilter>();

    it('one after the other', () => {
      // Those of its own tests are not installed with the others.
      const known = (installed ?? []).filter(({ filter }) => !filter.startsWith('zzz-'));
      const wrong = known.flatMap((sample) => {
        const filter = filters.get(sample.key) ?? made(installedFilter(sample));
        filters.set(sample.key, filter);
        return differences(sample, take(filter, sample), sample.prod);
      });
      expect(known.length).toBeGreaterThan(1_300);
      expect(wrong).toEqual([]);
    });
  },
);

function installedFilter({ filter: name, opts }: SampleRecord): Omit<FilterRecord, 'filter' | 'opts'> {
  const call = new Map(Object.entries(opts));
  const file = readFilter({ tree: diskTree, root: INSTALLED }, { name, call, jail: new Map() });
  return {
    prefregex: file.prefRegex ?? null,
    failregex: file.failRegex,
    ignoreregex: file.ignoreRegex,
    maxlines: file.maxLines ?? null,
    datepattern: file.datePattern ?? null,
  };
}

interface RealRecord {
  readonly filter: string;
  readonly opts: Readonly<Record<string, string>>;
  readonly log: string;
  readonly lineno: number;
  readonly line: string;
  readonly result: readonly {
    readonly regex: number;
    readonly id: string | null;
    readonly time: number | null;
    readonly nofail: boolean;
    readonly user: unknown;
    readonly users: readonly string[];
    readonly attempts: number;
  }[];
}

const real = oracleRecords<RealRecord>('real.jsonl.gz');

describe.skipIf(!real)(oracleTitle('the lines of real services', real), () => {
  const filters = new Map<string, FailureFilter>();

  it('one after the other', () => {
    const wrong = (real ?? []).flatMap((record) => {
      const run = `${keyOf(record)} ${record.log}`;
      const filter = filters.get(run) ?? filterOf(record, { frame: { zone: UTC } });
      filters.set(run, filter);
      const ours = filter.line(record.line, REAL_NOW).failures.map((failure) => ({
        regex: failure.index,
        id: failure.subject?.text ?? null,
        time: failure.time === undefined ? null : failure.time / 1_000,
        nofail: failure.fields.has('nofail'),
        user: failure.fields.has('user') ? textOf(failure.fields.get('user') ?? '') : null,
        users: [...failure.users].sort(),
        attempts: failure.lines.length,
      }));
      return JSON.stringify(ours) === JSON.stringify(record.result)
        ? []
        : [{ at: `${run}:${record.lineno}`, line: record.line, ours, theirs: record.result }];
    });
    expect(real?.length).toBeGreaterThan(12_000);
    expect(wrong).toEqual([]);
  });
});
