/** What can be asked of a jail by `get JAIL ...`, as the original answers: its limits, its filter, its actions. */
import { parseBoolean } from '../boolean.ts';
import type { ActionFile } from '../config/action-file.ts';
import type { JailFile } from '../config/jail-file.ts';
import { parseSeconds } from '../config/seconds.ts';
import { titleOf } from '../dates/title.ts';
import type { FailureFilter } from '../filter/filter.ts';
import { parseIdentity } from '../identity.ts';
import { Tuple, type Value } from './value.ts';

export interface JailFacts {
  readonly backend: string;
  readonly options: ReadonlyMap<string, Value>;
  /** Whether a log is one of the jail's. */
  reads(path: string): boolean;
  /** Matches of the journal as `status` shows them; none where it is not read. */
  readonly journal: readonly string[];
}

/** What the original makes of the text of an option that makes bans grow. */
const GROWTH: Readonly<Record<string, (text: string) => Value>> = {
  increment: parseBoolean,
  overalljails: parseBoolean,
  maxtime: secondsOrText,
  rndtime: secondsOrText,
  factor: String,
  formula: String,
  multipliers: String,
};

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
      ['logencoding', encodingOf(given.get('logencoding') ?? 'auto')],
      ['logtimezone', given.get('logtimezone') ?? null],
      ['ignoreself', parseBoolean(given.get('ignoreself') ?? 'true')],
      ['ignoreip', ignoredOf(jail.ignoreIp)],
      ['ignorecommand', given.get('ignorecommand') ?? false],
      ['ignorecache', given.get('ignorecache') ?? null],
      ...actionsOf(jail.actions),
    ]),
  };
}

/** The original asks its locale, which is UTF-8 wherever it matters; here it always is. */
function encodingOf(name: string): string {
  return name === 'auto' ? 'UTF-8' : name;
}

/** As networks, and single addresses behind them, each once. */
function ignoredOf(words: readonly string[]): string[] {
  const texts = [...new Set(words.map((word) => parseIdentity(word).text))];
  const isSingle = (text: string): boolean => !text.includes('/') && parseIdentity(text).type === 'network';
  return [...texts.filter((text) => !isSingle(text)), ...texts.filter(isSingle)];
}

function limitsOf({ limits, options }: JailFile): Array<[string, Value]> {
  const { maxRetry, maxMatches, findTime, banTime } = limits;
  return [
    ['maxretry', maxRetry],
    ['maxmatches', maxMatches],
    ['findtime', findTime],
    ['bantime', banTime],
    ...Object.entries(GROWTH).map(([name, read]): [string, Value] => {
      const text = options.get(`bantime.${name}`);
      return [`bantime.${name}`, text === undefined ? null : read(text)];
    }),
  ];
}

/** What is no time is told as it is written: without `increment` nobody minds it. */
function secondsOrText(text: string): Value {
  try {
    return parseSeconds(text);
  } catch {
    return text;
  }
}

function filterOf({ filter: file }: JailFile, { sources, dates }: FailureFilter): Array<[string, Value]> {
  const { maxLines = 1, useDns = 'warn' } = file ?? {};
  return [
    ['prefregex', sources.pref ?? ''],
    ['failregex', [...sources.fail]],
    ['ignoreregex', [...sources.ignore]],
    ['datepattern', datePatternOf(dates)],
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

/** Several forms of date have no pattern in common, and a form without tokens has none. */
function datePatternOf([first, ...others]: FailureFilter['dates']): Tuple {
  if (!first || others.length > 0) return new Tuple(null, 'Default Detectors');
  const { pattern, name } = first.template;
  return new Tuple(pattern === '' ? null : pattern, titleOf(name));
}
