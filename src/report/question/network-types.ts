/** From what sort of networks, by unique addresses; nothing where no origin tells. */
import type { Table } from '../table.ts';
import { wholeTable } from './origins.ts';
import type { Inquiry } from './question.ts';

export function networkTypes(inquiry: Inquiry): readonly Table[] {
  const { type: names } = inquiry.facts.bans.origins.names;
  if (names.size === 0) return [];
  return [
    wholeTable(inquiry, {
      name: 'types',
      title: 'Types of network',
      key: 'type',
      heading: 'Type',
      plural: 'types',
      trait: 'type',
      columns: [],
      label: (id) => inquiry.say(names.text(id)),
      details: () => () => ({}),
    }),
  ];
}
