/**
 * An existing installation of fail2ban: its jails with their filters ready to work, its actions, its server's options.
 * Nothing of it is changed, and nothing is run.
 */
import { EXIT, ProblemError } from '../base/problem.ts';
import type { Zone } from '../base/zone.ts';
import type { Installation } from './config/definition.ts';
import { readJails, readServer } from './config/installation.ts';
import type { Given } from './config/interpolate.ts';
import type { JailFile } from './config/jail-file.ts';
import type { DateForms } from './dates/choose.ts';
import { zoneOffset } from './dates/zone-names.ts';
import { FailureFilter, FilterError, type FilterOptions } from './filter/filter.ts';
import type { SearcherPool } from './filter/searcher-pool.ts';
import { parseUseDns } from './identity.ts';
import type { JailProblem } from './jail-problem.ts';

export interface Fail2ban {
  /** Options of the server by their names. */
  readonly server: Given;
  /** The jails that are enabled and make sense. */
  readonly jails: readonly JailFile[];
  /** What is wrong with the others, and files that could not be read. */
  readonly problems: readonly JailProblem[];
}

/** The version that the configuration is told it is read by. */
export const VERSION = '1.1.0';

/** @throws ProblemError when there is no `jail.conf` or `fail2ban.conf`, or they cannot be read at all. */
export function readFail2ban(installation: Installation): Fail2ban {
  const server = readServer(installation);
  const { jails, problems } = readJails(installation, VERSION);
  return { server: server.options, jails, problems: [...server.problems, ...problems] };
}

export interface Watch {
  /** The zone of dates that name none, unless the jail names one. */
  readonly zone: Zone;
  /** Made once for all jails, of the year in which we are. */
  readonly dates: DateForms;
  /** Likewise. */
  readonly searchers?: SearcherPool;
  readonly mode: FilterOptions['mode'];
}

/**
 * The filter of a jail, for all its logs; `logType`: of which sort they are, if not of that of the jail's backend.
 * @throws ProblemError that names the jail, the option and the expression.
 */
export function filterOf(jail: JailFile, watch: Watch, logType?: 'file' | 'journal'): FailureFilter {
  const { zone, dates, searchers, mode } = watch;
  const { limits, options, placeOf } = jail;
  const filter = logType && jail.filterFor ? jail.filterFor(logType) : jail.filter;
  if (!filter) throw problem(placeOf('filter'), 'no filter is named');
  const zoneName = options.get('logtimezone');
  const offset = zoneName ? zoneOffset(zoneName) : undefined;
  if (zoneName && offset === undefined) throw problem(placeOf('logtimezone'), `no zone that is known: ${zoneName}`);
  try {
    return new FailureFilter(filter, {
      useDns: parseUseDns(filter.useDns ?? 'warn'),
      dates,
      searchers,
      mode,
      frame: { zone, offset },
      findTime: limits.findTime * 1_000,
    });
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw problem(filter.placeOf(error.option), error.message, `in '${error.source}'`);
  }
}

function problem(where: string, what: string, hint?: string): ProblemError {
  return new ProblemError(EXIT.badConfig, { where, what, ...(hint === undefined ? {} : { hint }) });
}
