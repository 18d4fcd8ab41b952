/** What can be asked of a jail by `get JAIL ...`, as the original answers: its limits, its filter, its actions. */
import { parseBoolean } from '../boolean.ts';
import type { ActionFile } from '../config/action-file.ts';
import type { JailFile } from '../config/jail-file.ts';
import type { FailureFilter } from '../filter/filter.ts';
import { Tuple, type Value } from './value.ts';

export interface JailFacts {
  readonly backend: string;
  readonly options: ReadonlyMap<string, Value>;
  /** Whether a log is one of the jail's. */
  reads(path: string): boolean;
  /** Matches of the journal as `status` shows them; none where it is not read. */
  readonly journal: readonly string[];
}

/** Methods of an action of the original. */
const ACTION_METHODS = ['ban', 'consistencyCheck', 'flush', 'prolong', 'reban', 'start', 'stop', 'unban'];

/** `filter`: as the jail uses it, for its expressions with their tags replaced. */
export function jailFacts(jail: JailFile, filter: FailureFilter, reads: (path: string) => boolean): JailFacts {
  const { backend, options: given } = jail;
  const matches = backend.startsWith('systemd') ? (jail.filter?.journalMatch ?? []) : [];
  return {
    ...{ backend: backend.replace(/\[.*/s, ''), reads },
    journal: matches.length > 0 ? [matches.map((words) => words.join(' ')).join(' + ')] : [],
    options: new Map<string, Value>([
      ...limitsOf(jail),
      ...filterOf(jail, filter),
      ['journalmatch', matches.map((words) => [...words])],
      ['logencoding', given.get('logencoding') ?? 'auto'],
      ['logtimezone', given.get('logtimezone') ?? null],
      ['ignoreself', parseBoolean(given.get('ignoreself') ?? 'true')],
      ['ignoreip', [...jail.ignoreIp]],
      ['ignorecommand', given.get('ignorecommand') ?? ''],
      ['ignorecache', given.get('ignorecache') ?? null],
      ...actionsOf(jail.actions),
    ]),
  };
}

function limitsOf({ limits, options }: JailFile): Array<[string, Value]> {
  const { maxRetry, maxMatches, findTime, banTime } = limits;
  const extra = ['factor', 'formula', 'multipliers', 'maxtime', 'rndtime', 'increment', 'overalljails'];
  return [
    ['maxretry', maxRetry],
    ['maxmatches', maxMatches],
    ['findtime', findTime],
    ['bantime', banTime],
    ...extra.map((name): [string, Value] => [`bantime.${name}`, options.get(`bantime.${name}`) ?? null]),
  ];
}

function filterOf({ filter: file }: JailFile, { sources }: FailureFilter): Array<[string, Value]> {
  const { datePattern, maxLines = 1, useDns = 'warn' } = file ?? {};
  return [
    ['prefregex', sources.pref ?? ''],
    ['failregex', [...sources.fail]],
    ['ignoreregex', [...sources.ignore]],
    [
      'datepattern',
      datePattern === undefined
        ? new Tuple(null, 'Default Detectors')
        : new Tuple(datePattern, datePatternName(datePattern)),
    ],
    ['maxlines', maxLines],
    ['usedns', useDns],
  ];
}

function actionsOf(actions: readonly ActionFile[]): Array<[string, Value]> {
  return [
    ['actions', actions.map(({ name }) => name)],
    ...actions.flatMap(
      ({ name, properties }): Array<[string, Value]> => [
        ...[...properties].map(([key, value]): [string, Value] => [`action ${name} ${key}`, value]),
        [`actionproperties ${name}`, [...properties.keys()].sort()],
        [`actionmethods ${name}`, ACTION_METHODS],
      ],
    ),
  ];
}

/** What the letters of a date pattern are called. */
const DATE_WORDS: Readonly<Record<string, string>> = {
  ...{ a: 'DAY', A: 'DAYNAME', b: 'MON', B: 'MONTH', d: 'Day', H: '24hour', I: '12hour', j: 'Yearday', m: 'Month' },
  ...{ M: 'Minute', p: 'AMPM', S: 'Second', U: 'Yearweek', w: 'Weekday', W: 'Yearweek', y: 'Year2', Y: 'Year' },
  ...{ '%': '%', z: 'Zone offset', f: 'Microseconds', Z: 'Zone name', k: '24hour', l: '12hour' },
};

function datePatternName(pattern: string): string {
  return pattern.replace(/%(?:Ex)?(.)/g, (all, letter: string) => DATE_WORDS[letter] ?? all);
}
