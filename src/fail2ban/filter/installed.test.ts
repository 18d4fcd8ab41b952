/**
 * The filters of an installed fail2ban, read by us and by itself, on the sample lines that come with it and on what an
 * attacker or a broken log would make of them: both have to find the same.
 */
import { describe, expect, it } from 'vitest';
import { zoneOf } from '../../base/zone.ts';
import { diskTree } from '../config/file-tree.ts';
import { type FilterFile, readFilter } from '../config/filter-file.ts';
import { DateForms } from '../dates/choose.ts';
import {
  askFilters,
  type FilterAnswer,
  type FilterAnswers,
  type FilterRequest,
  FROZEN_SECONDS,
  FROZEN_ZONE,
  INSTALLED,
  installedVersion,
  sampleLines,
} from '../testing/original.ts';
import { textOf } from './fields.ts';
import { FailureFilter, FilterError } from './filter.ts';

const version = installedVersion();
if (version === undefined) console.warn('src/fail2ban/filter/installed.test.ts: no fail2ban is installed, skipped');

const ZONE = zoneOf(FROZEN_ZONE) ?? expect.fail('no such zone');
const NOW = FROZEN_SECONDS * 1_000;
/** What `%ExY` takes depends on the year in which the original runs, frozen clock or not. */
const DATES = new DateForms(new Date().getFullYear());

/** Ways to spoil a line, one for each in turn. */
const SPOILS: readonly ((line: string) => string)[] = [
  (line) => line.replace(/ (?=\S+$)/, ' é'),
  (line) => line.replace(/\d+\.\d+\.\d+\.\d+/, '2001:db8::7'),
  (line) => line.replace(/\d+\.\d+\.\d+\.\d+/, 'evil.example.net'),
  (line) => line.slice(0, Math.floor(line.length * 0.8)),
  (line) => `${line} from 198.51.100.66 port 22`,
  (line) => line.replaceAll(' ', '\t'),
  (line) => line.toUpperCase(),
  (line) => line.replace(/ /, '\u00a0'),
  (line) => line.replace(/(\S+)$/, '\r$1'),
  (line) => `${line}\u2028`,
  (line) => line.replace(/\d\d:\d\d:\d\d/, '23:59:59'),
  (line) => line.replace(/^\S+ /, ''),
  (line) => line.replace(/(\d+\.\d+\.\d+\.\d+)/, '$1x'),
  (line) => `${line} ${line}`,
  (line) => line.replace(/user\S* /gi, '$&a b '),
  (line) => line.replace(/[A-Za-z]+/g, (word) => (word.length > 6 ? `${word}ſ` : word)),
];

/** As long as a line may be. */
const LONG = 8_000;
const HAVE_MODES = ['dovecot', 'exim', 'freeswitch', 'nginx-http-auth', 'postfix', 'sendmail-reject', 'sshd'];

function requests(): FilterRequest[] {
  let turn = 0;
  const samples = [...sampleLines()];
  const filters = [
    ...samples.map(([name, lines]) => ({ name, lines, options: {} })),
    ...samples
      .filter(([name]) => HAVE_MODES.includes(name))
      .map(([name, lines]) => ({ name, lines, options: { mode: 'aggressive' } })),
  ];
  return filters.map(({ name, options, lines }) => ({
    name,
    options,
    lines: lines.flatMap((line) => [line, SPOILS[turn++ % SPOILS.length]?.(line) ?? line]),
  }));
}

function made(file: FilterFile): FailureFilter | undefined {
  try {
    return new FailureFilter(file, { useDns: 'raw', dates: DATES, frame: { zone: ZONE }, mode: 'log', findTime: 0 });
  } catch (error) {
    if (error instanceof FilterError) return undefined;
    throw error;
  }
}

function find({ name, options, lines }: FilterRequest): FilterAnswers {
  const call = new Map(Object.entries(options));
  const file = readFilter({ tree: diskTree, root: INSTALLED }, { name, call, jail: new Map() });
  const filter = made(file);
  if (!filter) return null;
  return lines.map((line) =>
    filter.line(line, NOW).failures.map(({ index, subject, time, fields, lines: told }): FilterAnswer => {
      const user = fields.get('user');
      const who = !subject || subject.type === 'name' ? null : subject.text;
      return [
        index,
        who,
        time === undefined ? null : time / 1_000,
        user === undefined ? null : textOf(user),
        told.length,
      ];
    }),
  );
}

describe.skipIf(version === undefined)(
  `${version === undefined ? 'SKIPPED, fail2ban is not installed: ' : ''}the installed filters`,
  () => {
    it('find what the original finds', () => {
      const asked = requests();
      const theirs = askFilters(asked);
      let found = 0;
      const wrong = asked.flatMap((request, r): unknown[] => {
        const [ours, answers] = [find(request), theirs[r] ?? null];
        found += answers?.flat().length ?? 0;
        if (!ours || !answers) return ours === answers ? [] : [{ filter: request, isOurs: ours !== null }];
        return request.lines.flatMap((line, i) =>
          JSON.stringify(ours[i]) === JSON.stringify(answers[i])
            ? []
            : [{ filter: request.name, line, ours: ours[i], answer: answers[i] }],
        );
      });
      expect(asked.length).toBeGreaterThan(80);
      expect(found).toBeGreaterThan(1_000);
      expect(wrong).toEqual([]);
    });

    it.each([
      ['exim', 'aggressive'],
      ['freeswitch', 'extra'],
      ['lighttpd-auth', 'normal'],
      ['sshd', 'aggressive'],
    ])('%s (%s) gives up no line that repeats a piece of itself', (name, mode) => {
      const file = readFilter(
        { tree: diskTree, root: INSTALLED },
        { name, call: new Map([['mode', mode]]), jail: new Map() },
      );
      const filter = made(file);
      const pumped = (sampleLines().get(name) ?? []).flatMap((line, i) =>
        [0.3, 0.6, 0.9].map((part) => {
          const at = Math.floor(line.length * part);
          const piece = line.slice(at, at + 1 + (i % 3));
          return (line.slice(0, at) + piece.repeat(LONG)).slice(0, LONG) + line.slice(at);
        }),
      );
      const given = pumped.filter((line) => filter?.line(line, NOW).exhausted !== undefined);
      expect(filter).toBeDefined();
      expect(pumped.length).toBeGreaterThan(20);
      expect(given).toEqual([]);
    });
  },
);
