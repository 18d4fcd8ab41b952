/** A jail of an installation in our own terms: how it counts, what its failures are recorded as, what it reads. */
import { TextDecoder } from 'node:util';
import type { Network } from '../base/address.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import type { AllowEntry, JailOptions, TicketOptions } from '../jail/jail.ts';
import type { Pattern } from '../model.ts';
import { parseBoolean } from './boolean.ts';
import type { JailFile } from './config/jail-file.ts';
import { type JournalMatch, parseMatch, wrongMatchWord } from './filter/journal-entry.ts';
import { addressMistake } from './identity.ts';
import { entryOf, type IgnoreFiles, nameProblem } from './ignore-files.ts';
import type { JailProblem } from './jail-problem.ts';
import { LogGlob } from './log-paths.ts';

/** As what the failures of a jail are recorded. */
export interface RecordedKind {
  readonly service: string;
  readonly kind: string;
}

export interface AdoptedJail {
  readonly file: JailFile;
  readonly options: JailOptions;
  readonly globs: readonly LogGlob[];
  readonly journal: JournalMatch;
  readonly isOfJournal: boolean;
  /** How its logs are text; undefined for UTF-8. */
  readonly encoding: string | undefined;
  /** By the index of the expression. */
  readonly patterns: readonly Pattern[];
}

export interface Terms {
  readonly counting: TicketOptions['counting'];
  /** How long the server knows earlier bans, in milliseconds (`dbpurgeage`). */
  readonly memoryMs: number;
  /** This host's own addresses, for `ignoreself`. */
  readonly own: readonly Network[];
  readonly ignoreFiles: IgnoreFiles;
  readonly kind: RecordedKind;
}

/** `problems` is added to. @throws ProblemError when it cannot be told what of the journal the jail reads. */
export function adoptedJail(file: JailFile, terms: Terms, problems: JailProblem[]): AdoptedJail {
  const { name, limits } = file;
  const { findTime, maxRetry } = limits;
  const isOfJournal = file.backend.startsWith('systemd');
  const encoding = encodingOf(file, problems);
  return {
    file,
    encoding,
    globs: file.logPaths.map(({ glob }) => new LogGlob(glob)),
    journal: journalOf(file, { isOfJournal, problems }),
    isOfJournal,
    patterns: patternsOf(file, terms.kind),
    options: {
      name,
      kinds: [terms.kind.kind],
      ...{ maxRetry, findTime: findTime * 1_000, banTime: limits.banTime < 0 ? Infinity : limits.banTime * 1_000 },
      ...{ growth: 1, maxBanTime: Number.POSITIVE_INFINITY, weights: new Map() },
      ticket: ticketOf(file, terms, problems),
    },
  };
}

/** With a match that is none the jail would read what others wrote. A jail of files does without its journal. */
function journalOf(
  { name, filter, placeOf }: JailFile,
  { isOfJournal, problems }: { readonly isOfJournal: boolean; readonly problems: JailProblem[] },
): JournalMatch {
  const matches = filter?.journalMatch ?? [];
  const wrong = wrongMatchWord(matches);
  if (wrong === undefined) return parseMatch(matches);
  const where = (filter?.placeOf ?? placeOf)('journalmatch');
  const what = `"${wrong}" is no match of a journal`;
  const hint = 'write FIELD=value, the field in capitals';
  if (isOfJournal) throw new ProblemError(EXIT.badConfig, { where, what, hint });
  problems.push({ where, what: `${what}; no entries of a journal are read`, hint, jails: [name] });
  return [];
}

function encodingOf({ name: jail, options, placeOf }: JailFile, problems: JailProblem[]): string | undefined {
  const name = options
    .get('logencoding')
    ?.toLowerCase()
    .replace(/^latin-1$/, 'latin1');
  if (!name || name === 'auto' || /^utf-?8$/.test(name)) return undefined;
  try {
    return new TextDecoder(name).encoding;
  } catch {
    const what = `"${name}" is no encoding that is known; its logs are read as UTF-8`;
    problems.push({ where: placeOf('logencoding'), what, jails: [jail] });
    return undefined;
  }
}

function ticketOf(file: JailFile, terms: Terms, problems: JailProblem[]): TicketOptions {
  const { limits } = file;
  const { increment, maxMatches } = limits;
  const banTime = Math.trunc(limits.banTime);
  const own = parseBoolean(file.options.get('ignoreself') ?? 'true') ? terms.own : [];
  const self = own.map((network) => ({ network, reason: 'ignoreself', until: undefined }));
  const words = file.ignoreIp.filter((word) => !word.startsWith(FILE));
  const files = file.ignoreIp.filter((word) => word.startsWith(FILE));
  const fixed = [...self, ...words.flatMap((word) => ignored(word, file, problems))];
  const lists = files.map((word) => terms.ignoreFiles.at(word.slice(FILE.length)));
  const allow = lists.length === 0 ? () => fixed : joined([() => fixed, ...lists.map((list) => () => list.entries)]);
  return {
    ...{ counting: terms.counting, maxMatches, memoryMs: terms.memoryMs, allow },
    increment: scopeOf(limits),
    length: (prior, random) => {
      if (banTime < 0) return Number.POSITIVE_INFINITY;
      const grows = increment && prior > 0 && banTime > 0;
      return Math.round((grows ? increment.banTime.next(banTime, prior, random) : banTime) * 1_000);
    },
  };
}

function scopeOf({ increment }: JailFile['limits']): TicketOptions['increment'] {
  if (!increment) return 'none';
  return increment.isOverAllJails ? 'all jails' : 'jail';
}

const FILE = 'file:';

function ignored(word: string, { name, placeOf }: JailFile, problems: JailProblem[]): AllowEntry[] {
  const entry = entryOf(word);
  if (entry) return [entry];
  const mistake = addressMistake(word);
  const about = { where: placeOf('ignoreip', word), jails: [name] };
  problems.push(
    mistake === undefined ? { ...about, ...nameProblem(word) } : { ...about, what: `${mistake}, so it spares nobody` },
  );
  return [];
}

/** Asked at every failure: put together anew only when one of the lists has become another. */
function joined(sources: ReadonlyArray<() => readonly AllowEntry[]>): () => readonly AllowEntry[] {
  let parts = sources.map((source) => source());
  let all = parts.flat();
  return () => {
    if (sources.some((source, i) => source() !== parts[i])) {
      parts = sources.map((source) => source());
      all = parts.flat();
    }
    return all;
  };
}

function patternsOf({ name, filter, filterFor }: JailFile, { service, kind }: RecordedKind): Pattern[] {
  const counts = [filter, filterFor?.('file'), filterFor?.('journal')].map((each) => each?.failRegex.length ?? 0);
  return Array.from({ length: Math.max(...counts) }, (_, index) => ({
    ...{ filter: name, number: index + 1, service, kind, jail: name },
    ...{ voice: undefined, syslog: false, success: false },
  }));
}
