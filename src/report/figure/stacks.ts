/** Which countries and organizations attack which service: stacked bars. */
import type { Chart } from '../figure.ts';
import type { Inquiry } from '../question/question.ts';
import type { Table } from '../table.ts';
import type { Illustrated } from './illustration.ts';

const STACKED: ReadonlyMap<string, string> = new Map([
  ['country-services', 'country'],
  ['organization-services', 'organization'],
]);

export function stacks(_: Inquiry, tables: readonly Table[]): Illustrated {
  const figures = tables.flatMap((table): readonly Chart[] => {
    const label = STACKED.get(table.name);
    const { name, title } = table;
    return label === undefined ? [] : [{ name, title, table: name, type: 'bars', label, series: partsOf(table) }];
  });
  return { figures, drawn: [] };
}

/** The counts that the drawn count is the sum of. */
function partsOf(table: Table): readonly string[] {
  const whole = table.columns.find((column) => column.key === table.bar);
  return whole?.type === 'count' && whole.rule.type === 'adds' ? whole.rule.parts : [];
}
