/**
 * The first stage: from what the user names to chunks of whole lines. Nothing here looks into a line. Reading is replay:
 * each log is read once, oldest part first, from where an earlier run left it, to where it ends now.
 */
import { type Clock, systemClock } from '../base/clock.ts';
import type { Chunk, LogFile } from '../model.ts';
import { seriesOf, withoutCopies } from './copies.ts';
import { type Found, Search } from './find.ts';
import type { FileOutcome } from './part.ts';
import { KnownPositions, type SourcePosition } from './position.ts';
import { Pace, type Progress } from './progress.ts';
import { oldestFirst, rotationOf } from './rotation.ts';
import { Series } from './series.ts';

export type { SourceCounts } from './counts.ts';
export type { FileOutcome } from './part.ts';
export type { SourcePosition } from './position.ts';
export type { Progress } from './progress.ts';

export interface SourceRequest {
  readonly host: string;
  /** Files, directories (read with the folders below them), globs, pipes; `-` for standard input. */
  readonly paths: readonly string[];
}

export interface SourceOptions {
  readonly clock?: Clock | undefined;
  /** Where earlier runs left the logs, in the order in which they were stored. */
  readonly positions?: readonly SourcePosition[] | undefined;
  /** Called ten times a second at most, and when the last file has been read. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** What `-` reads. */
  readonly standardInput?: AsyncIterable<Uint8Array> | undefined;
}

/** One log with its rotated parts. */
export interface LogSeries {
  readonly host: string;
  /** The path of the part that is written to, whether it is among the files or not. */
  readonly name: string;
  /** Oldest first. */
  readonly files: readonly LogFile[];
  /** Bytes to read, as far as known: as they lie on the disk, without what an earlier run has read. */
  readonly size: number;
  /** The lines, oldest first. What goes wrong on the way is in the outcomes; it does not throw. */
  chunks(): AsyncIterable<Chunk>;
  /** What became of each file; complete when the chunks have been read to the end. */
  outcomes(): readonly FileOutcome[];
}

/** A file that lies among the logs and is not read. */
export interface Skipped {
  readonly host: string;
  readonly path: string;
  readonly reason: string;
  readonly hint: string | undefined;
}

/**
 * The logs in what was named. Throws a `ProblemError` for what the user named himself and what cannot be read as a log;
 * what merely lies in a named directory, or matches a glob, is `skipped`.
 */
export async function findLogs(
  requests: readonly SourceRequest[],
  options: SourceOptions = {},
): Promise<{ series: readonly LogSeries[]; skipped: readonly Skipped[] }> {
  const clock = options.clock ?? systemClock;
  const known = new KnownPositions(options.positions ?? []);
  // Only asking for it opens it.
  const standardInput = (): AsyncIterable<Uint8Array> => options.standardInput ?? process.stdin;
  const search = new Search({ clock, known, standardInput });
  for (const { host, paths } of requests) for (const path of new Set(paths)) await search.path(host, path);
  search.finish();
  const { kept, passed } = withoutCopies(search.found);
  const pace = new Pace(clock, options.onProgress);
  const series = [...groupsOf(kept).values()].map((parts) => seriesFrom(parts, known, pace));
  return { series, skipped: [...search.passed, ...passed] };
}

function groupsOf(found: readonly Found[]): ReadonlyMap<string, readonly Found[]> {
  const groups = new Map<string, Found[]>();
  for (const log of found) {
    const key = JSON.stringify([log.file.host, seriesOf(log.file.path)]);
    const group = groups.get(key);
    if (group) group.push(log);
    else groups.set(key, [log]);
  }
  return groups;
}

function seriesFrom(found: readonly Found[], known: KnownPositions, pace: Pace): LogSeries {
  const named = found.map((log) => {
    const { path, modified } = log.file;
    return { log, name: path, modified, rotation: rotationOf(path.slice(path.lastIndexOf('/') + 1)) };
  });
  const parts = oldestFirst(named).map(({ log }) => log);
  const { host = '', path = '' } = parts[0]?.file ?? {};
  const size = parts.reduce((sum, { unread }) => sum + unread, 0);
  return new Series({ host, name: seriesOf(path), parts, size }, known, pace);
}
