/** From which countries, by unique addresses. */
import { text } from '../column.ts';
import type { Table } from '../table.ts';
import { traitTables } from './origins.ts';
import type { Inquiry } from './question.ts';

export function countries(inquiry: Inquiry): readonly Table[] {
  const { bans } = inquiry.facts;
  return traitTables(inquiry, {
    name: 'countries',
    title: 'Countries',
    key: 'country',
    heading: 'Country',
    plural: 'countries',
    ids: bans.country,
    names: bans.countries,
    columns: [text('code', 'Code', { show: 'data' })],
    label: (id) => inquiry.countryName(bans.countries.text(id)),
    extra: (id) => ({ code: bans.countries.text(id) }),
  });
}
