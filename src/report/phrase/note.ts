/** What tables and drawings say beside their figures, in any language: parts of the Phrases of phrase.ts. */
import type { HistoryForm } from '../../model.ts';
import type { CampaignRule, JailRule, NetworkRule } from '../rule.ts';

/** What is counted, by its English plural. */
export const THINGS = [
  'addresses',
  'answers',
  'attempts',
  'bans',
  'countries',
  'lines',
  'names',
  'networks',
  'organizations',
  'places',
  'targets',
  'types',
] as const;
export type Things = (typeof THINGS)[number];

/** The lines under a table, and names of rows that have a figure in them. Days are text: `2024-10-03`. */
export interface NotePhrases {
  /** `1,698 bans`, as it stands alone or in a list. */
  things(count: number, things: Things): string;
  /** A tie that was too long to list: so many entries with as many each. */
  tie(of: { entries: number; things: Things; each: number; counts: Things; rank: number }): string;
  /** How many there are besides those listed, two at least. */
  others(of: { count: number; things: Things }): string;
  /** What rounded percentages add up to. */
  rounded(of: { percent: number }): string;
  /** Addresses that stand in several rows. `sum`: how the rows make the total, where that can be read. */
  shared(of: { addresses: number; several: 'services' | 'places'; sum: SharedSum | undefined }): string;
  triedSeveral(of: { addresses: number; several: 'kinds' | 'groups' | 'services' }): string;
  daysIn(of: { zone: string }): string;
  hoursIn(of: { zone: string }): string;
  comparedWith(of: { period: string }): string;
  neighborhoods(of: { several: number }): string;
  cameBack(of: { addresses: number; of: number }): string;
  onSeveralHosts(of: { addresses: number; of: number }): string;
  hosts(of: { count: number; orMore: boolean }): string;
  centered(of: { addresses: number }): string;
  /** Places that the map of their region does not show. */
  offRegion(of: { places: number }): string;
  inAll(of: { count: number; things: Things }): string;
  sample(of: { bans: number; of: number }): string;
  newest(of: { listed: number; of: number; things: Things }): string;
  /** The length of a ban between two bounds; undefined where there is none. */
  length(of: { overMs: number | undefined; upToMs: number | undefined }): string;
  /** The first, second, ... ban. */
  ordinal(of: { number: number; andLater: boolean }): string;
  /** Rows that the page leaves out. */
  leftOut(of: { rows: number }): string;
}

export interface SharedSum {
  readonly parts: ReadonlyArray<{ readonly addresses: number; readonly shared: number }>;
  readonly total: number;
}

/** How the figures came about. */
export interface MethodPhrases {
  source(of: { source: string; bans: number }): string;
  furtherSources(of: { count: number }): string;
  withoutOrigin(of: { bans: number }): string;
  unknown(of: { countries: number; organizations: number; of: number }): string;
  moved(of: { addresses: number }): string;
  imported(of: { bans: number; from: HistoryForm }): string;
  /** What a report has no room for, or cannot read. */
  dropped(of: { what: 'bans' | 'attempts' | 'names' | 'stories' | 'networks'; count: number }): string;
  /** Nothing is compared with a period that the ledger does not have, or not all of. */
  nothingBefore(of: { period: string }): string;
  begunLate(of: { period: string; first: string }): string;
  jail(rule: JailRule): string;
  networks(rule: NetworkRule): string;
  campaigns(rule: CampaignRule): string;
}

/** Beside drawings, and in cells of certain types. */
export interface DrawingPhrases {
  duration(ms: number): string;
  /** North and east are positive. */
  degrees(degrees: number, axis: 'latitude' | 'longitude'): string;
  /** Places that a map does not show. */
  offMap(of: { places: number }): string;
  /** Marks of a map with what they stand for, and addresses that are on no part of it. */
  mapLegend(of: { ranges: readonly string[]; outside: number }): string;
  /** One character of a timeline, its highest one, and the one for bans. */
  timelineLegend(of: { days: number; highest: string; attempts: number; ban: string }): string;
  laneSums(of: { attempts: number; bans: number }): string;
  span(of: { from: string; until: string }): string;
}
