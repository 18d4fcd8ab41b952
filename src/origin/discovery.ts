/**
 * Which files are asked, in which order: those that the user names, then those that are found where packages and
 * updaters put them, then the country table that is part of Rapsheet. Nothing is ever downloaded.
 */
import { readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { EXIT, type Problem, ProblemError } from '../base/problem.ts';
import { SOURCE_KINDS } from './index.ts';
import { METADATA_LIMIT, openMmdb } from './mmdb.ts';
import type { OriginSource } from './origin-source.ts';
import { PagedFile } from './paged-file.ts';

/** Where to look, beside what is configured. */
export interface WellKnown {
  /** IPFire Location: what `location update` fetched, what Debian's libloc-database brings. */
  readonly files: readonly string[];
  /** Every `*.mmdb` in them. */
  readonly folders: readonly string[];
}

export const WELL_KNOWN: WellKnown = {
  files: ['/var/lib/location/database.db', '/usr/share/libloc-location/location.db'],
  folders: ['/var/lib/GeoIP', '/usr/share/GeoIP'],
};

/** MaxMind has a dozen editions; more files than this in the folders are somebody's collection. */
const MOST_FOUND = 16;

const EMBEDDED = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb';
const EMBEDDED_CREDIT =
  'geo-whois-asn-country by ip-location-db, from registry data of the NRO, https://www.nro.net, CC BY 4.0';

/** Sources that were found, and why others were not taken. */
export interface Found {
  readonly sources: readonly OriginSource[];
  readonly skipped: readonly Problem[];
}

/** Opens a file as what its content, or else its name, shows it to be. Throws a ProblemError. */
export function openSource(path: string): OriginSource {
  const file = new PagedFile(path);
  const length = Math.min(file.size, METADATA_LIMIT);
  const content = { path, head: file.bytes(0, Math.min(16, file.size)), tail: file.bytes(file.size - length, length) };
  file.close();
  const kind = SOURCE_KINDS.find((candidate) => candidate.recognizes(content));
  if (kind) return kind.open(path);
  const isPacked = /^(?:1f8b|fd377a58|504b|28b52ffd)/.test(content.head.toString('hex'));
  const hint = isPacked ? 'unpack it first' : 'an .mmdb, a location.db, or a table that ends in .csv';
  throw new ProblemError(EXIT.badData, { where: path, what: 'is no origin data that Rapsheet can read', hint });
}

/**
 * The sources that nobody named, in the order of asking: MMDBs that know ASNs, other MMDBs, then IPFire Location and
 * the embedded country table, of which the newer is asked first. `except`: real paths that are open already.
 */
export function findSources(wellKnown: WellKnown | undefined, except: ReadonlySet<string>): Found {
  const skipped: Problem[] = [];
  const ranked: Array<{ readonly rank: number; readonly source: OriginSource }> = [];
  for (const path of wellKnown ? candidatesIn(wellKnown, except) : []) {
    try {
      const source = openSource(path);
      if (source.gives.length > 0) ranked.push({ rank: rankOf(source), source });
      else skipped.push(uselessProblem(source));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      skipped.push(...error.problems);
    }
  }
  const embedded = openEmbedded();
  if ('what' in embedded) skipped.push(embedded);
  else ranked.push({ rank: LAST_RANK, source: embedded });
  ranked.sort((a, b) => a.rank - b.rank || newerFirst(a.source, b.source));
  return { sources: withoutOlder(ranked.map(({ source }) => source)), skipped };
}

/** MaxMind sells a dozen databases of other things (connection types, incomes) that lie in the same folder. */
function uselessProblem(source: OriginSource): Problem {
  source.close();
  return { where: source.path, what: 'says nothing of countries, networks or places', hint: 'it is not asked' };
}

const LAST_RANK = 2;

function rankOf(source: OriginSource): number {
  if (source.name === 'location.db') return LAST_RANK;
  return source.gives.includes('asn') ? 0 : 1;
}

function newerFirst(a: OriginSource, b: OriginSource): number {
  if (a.date === b.date) return 0;
  return b.date === 'undated' || (a.date !== 'undated' && a.date > b.date) ? -1 : 1;
}

/** Two editions of one database would fill each other's gaps with what is no longer so. The first, newest one stays. */
function withoutOlder(sources: readonly OriginSource[]): OriginSource[] {
  const kept = new Map<string, OriginSource>();
  for (const source of sources) {
    if (kept.has(source.name)) source.close();
    else kept.set(source.name, source);
  }
  return [...kept.values()];
}

/** Real paths, so that a link and its target are one. */
function candidatesIn(wellKnown: WellKnown, except: ReadonlySet<string>): string[] {
  const inFolders = wellKnown.folders.flatMap((folder) =>
    namesIn(folder)
      .filter((name) => name.endsWith('.mmdb'))
      .map((name) => join(folder, name)),
  );
  const real = [...wellKnown.files, ...inFolders].flatMap((path) => realPath(path) ?? []);
  return [...new Set(real)].filter((path) => !except.has(path)).slice(0, MOST_FOUND);
}

/** What the path leads to; undefined when it leads nowhere, as the link of a package does whose other half is missing. */
export function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** Sorted; empty when there is no such folder or it may not be read, which is how most machines are. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** It is a dependency and found as one, beside `src/` as beside the bundle; a broken installation is told, not fatal. */
function openEmbedded(): OriginSource | Problem {
  try {
    return openMmdb(createRequire(import.meta.url).resolve(EMBEDDED), EMBEDDED_CREDIT);
  } catch (error) {
    if (error instanceof ProblemError) return error.problems[0] ?? { what: error.message };
    return { where: EMBEDDED, what: 'is not installed', hint: 'without it countries may be unknown; install again' };
  }
}
