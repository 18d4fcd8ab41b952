/** The order of a page: which tables and figures belong together. */
import type { Sheet } from './sheet.ts';

export interface Section {
  readonly id: string;
  readonly heading: string;
  readonly parts: readonly Part[];
}

/** `pair`: side by side where there is room. `folded`: seen when asked for. `facts`: topics and statements, for a glance. */
export type Part =
  | {
      readonly type: 'tables' | 'pair' | 'charts' | 'folded' | 'facts' | 'evidence' | 'statements' | 'stories';
      readonly names: readonly string[];
    }
  | { readonly type: 'maps' | 'services' };

export const tables = (...names: readonly string[]): Part => ({ type: 'tables', names });
const pair = (...names: readonly string[]): Part => ({ type: 'pair', names });
const charts = (...names: readonly string[]): Part => ({ type: 'charts', names });

const REPORT: readonly Section[] = [
  { id: 'overview', heading: 'At a glance', parts: [tables('change'), pair('totals', 'hosts')] },
  { id: 'map', heading: 'Where they come from', parts: [{ type: 'maps' }, tables('regions')] },
  { id: 'countries', heading: 'Countries', parts: [charts('country-services'), pair('countries', 'places')] },
  {
    id: 'organizations',
    heading: 'Organizations',
    parts: [charts('organization-services'), tables('organizations')],
  },
  { id: 'networks', heading: 'Networks', parts: [tables('networks', 'types')] },
  { id: 'offenders', heading: 'Repeat offenders', parts: [tables('offenders', 'several-hosts', 'host-spread')] },
  { id: 'kinds', heading: 'What they tried', parts: [tables('kinds'), pair('kind-groups', 'kind-services')] },
  { id: 'names', heading: 'What they aimed at', parts: [tables('users', 'targets')] },
  { id: 'time', heading: 'When', parts: [charts('days-bans', 'days-attempts', 'hours')] },
  { id: 'lengths', heading: 'How long', parts: [pair('lengths', 'returns')] },
  { id: 'services', heading: 'Side by side', parts: [{ type: 'services' }] },
  { id: 'scanners', heading: 'Research scanners', parts: [pair('scanners', 'without-scanners')] },
  { id: 'stories', heading: 'Stories', parts: [{ type: 'stories', names: ['stories'] }, tables('dialogue')] },
];

const METHOD: Section = {
  id: 'method',
  heading: 'How it was made',
  parts: [{ type: 'statements', names: ['method'] }],
};

const RAP_SHEET: readonly Section[] = [
  { id: 'who', heading: 'Who', parts: [{ type: 'facts', names: ['identity'] }, tables('findings')] },
  { id: 'timeline', heading: 'Timeline', parts: [charts('timeline'), { type: 'folded', names: ['days'] }] },
  { id: 'what', heading: 'What they tried', parts: [tables('kinds'), pair('hosts', 'users'), tables('addresses')] },
  { id: 'bans', heading: 'Bans', parts: [tables('bans')] },
  { id: 'neighbors', heading: 'Neighbors', parts: [pair('neighbors', 'organization-neighbors')] },
  { id: 'evidence', heading: 'Evidence', parts: [{ type: 'evidence', names: ['evidence'] }] },
];

/** What comes first, and what comes after the tables that no section asks for. */
export function planOf(sheet: Sheet): { readonly sections: readonly Section[]; readonly last: readonly Section[] } {
  return isRapSheet(sheet) ? { sections: RAP_SHEET, last: [] } : { sections: REPORT, last: [METHOD] };
}

/** Whether the page is about one attacker. */
export function isRapSheet(sheet: Sheet): boolean {
  return sheet.table('identity') !== undefined;
}
