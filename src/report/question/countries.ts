/** From which countries, by unique addresses. */
import { text } from '../column.ts';
import type { Table } from '../table.ts';
import { traitTables } from './origins.ts';
import type { Inquiry } from './question.ts';

export function countries(inquiry: Inquiry): readonly Table[] {
  const { country: codes } = inquiry.facts.bans.origins.names;
  return traitTables(inquiry, {
    name: 'countries',
    title: 'Countries',
    key: 'country',
    heading: 'Country',
    plural: 'countries',
    trait: 'country',
    columns: [text('code', 'Code', { show: 'data' })],
    label: (id) => inquiry.countryName(codes.text(id)),
    details: () => (id) => ({ code: codes.text(id) }),
  });
}
