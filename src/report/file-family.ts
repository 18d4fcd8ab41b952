/** How the files of a report or a rap sheet are called: what an earlier one left in a folder is known by that. */
import { REGIONS } from './geography/regions.ts';

export interface FileFamily {
  /** There is a file of this name wherever there is a whole report. */
  readonly sign: string;
  /** Whether a table or figure may be called so. */
  readonly has: (name: string) => boolean;
}

const TABLES: ReadonlySet<string> = new Set([
  ...['totals', 'hosts', 'change', 'countries', 'regions', 'places', 'country-services', 'organization-services'],
  ...['organizations', 'types', 'stories', 'dialogue', 'offenders', 'host-spread', 'several-hosts', 'networks'],
  ...['kinds', 'kind-groups', 'kind-services', 'users', 'targets', 'scanners', 'without-scanners', 'hours', 'days'],
  ...['lengths', 'returns', 'method'],
]);
const FIGURES: ReadonlySet<string> = new Set([
  ...['days-bans', 'days-attempts', 'map-world'],
  ...REGIONS.map((region) => `map-${region}`),
]);
/** A service of another month may have a name that nothing here knows. */
const OF_A_SERVICE = /^(?:countries|organizations)-[a-z0-9_-]+$/;

export const reportFamily: FileFamily = {
  sign: 'totals',
  has: (name) => TABLES.has(name) || FIGURES.has(name) || OF_A_SERVICE.test(name),
};

const SHEET: ReadonlySet<string> = new Set([
  ...['identity', 'timeline', 'addresses', 'hosts', 'kinds', 'days', 'users', 'bans', 'findings', 'evidence'],
  ...['neighbors', 'organization-neighbors'],
]);

export const sheetFamily: FileFamily = { sign: 'identity', has: (name) => SHEET.has(name) };
