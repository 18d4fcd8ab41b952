/** Address ⇒ Origin, offline: opens the sources, asks them in order, remembers the last answers. */
import type { Address } from '../base/address.ts';
import type { Problem } from '../base/problem.ts';
import type { Origin } from '../model.ts';
import { findSources, openSource, realPath, WELL_KNOWN, type WellKnown } from './discovery.ts';
import { originOf } from './merge.ts';
import type { Organizations } from './organizations.ts';
import type { OriginSource } from './origin-source.ts';
import type { Scanners } from './scanners.ts';
import { specialAddresses } from './special.ts';

/** About 7 MB when full. Attackers come back: a day of a busy host fits. */
const REMEMBERED = 10_000;

export interface OriginOptions {
  /** Files that the user names, of any kind, asked first and in this order. One that cannot be read is an error. */
  readonly paths: readonly string[];
  /** Whether to look where packages put such files. One that cannot be read is skipped. */
  readonly discover: 'yes' | 'no';
  readonly organizations: Organizations;
  readonly scanners: Scanners;
  /** Sources that are no files, asked before all others: a table in memory, the fake. They are closed with the rest. */
  readonly first?: readonly OriginSource[];
  /** Where to look, when not in the usual places. */
  readonly wellKnown?: WellKnown;
}

/** A source as `status` and `check` show it. */
export type SourceFacts = Pick<OriginSource, 'name' | 'date' | 'path' | 'gives' | 'credit' | 'faults'>;

export interface Origins {
  /**
   * Never throws, never asks the network. What no source knows is undefined. Of private and other special addresses
   * only the sources that the user named are asked.
   */
  lookup(address: Address): Origin;
  /** In the order of asking. */
  readonly sources: readonly SourceFacts[];
  /** Files that were found and could not be used. */
  readonly skipped: readonly Problem[];
  /** What the licenses want said wherever these data are shown, a line each. */
  readonly credits: readonly string[];
  close(): void;
}

/** Throws a ProblemError when a file that the user named cannot be used. */
export function openOrigins(options: OriginOptions): Origins {
  const named = openNamed(options.paths);
  const known = new Set(options.paths.flatMap((path) => realPath(path) ?? []));
  const places = options.discover === 'yes' ? (options.wellKnown ?? WELL_KNOWN) : undefined;
  const found = findSources(places, known);
  const trusted = [...(options.first ?? []), ...named];
  const sources = [...trusted, ...found.sources];
  const isSpecial = specialAddresses();
  const answers = new Map<string, Origin>();
  return {
    sources,
    skipped: found.skipped,
    credits: [...new Set(sources.flatMap((source) => source.credit ?? []))],
    lookup: (address) => {
      const remembered = answers.get(address.text);
      if (remembered) return remembered;
      const origin = originOf(address, isSpecial(address) ? trusted : sources, options);
      if (answers.size >= REMEMBERED) answers.clear();
      answers.set(address.text, origin);
      return origin;
    },
    close: () => {
      for (const source of sources) source.close();
      answers.clear();
    },
  };
}

/** Tells addresses of the internet from those of a network of one's own, of this machine, and of nobody. */
export function isPublic(): (address: Address) => boolean {
  const isSpecial = specialAddresses();
  return (address) => !isSpecial(address);
}

function openNamed(paths: readonly string[]): OriginSource[] {
  const sources: OriginSource[] = [];
  try {
    for (const path of paths) sources.push(openSource(path));
  } catch (error) {
    for (const source of sources) source.close();
    throw error;
  }
  return sources;
}
