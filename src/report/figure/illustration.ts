/**
 * How the figures of a report come about. A new one is a file beside this one and a line in index.ts.
 */
import type { Figure } from '../figure.ts';
import type { Inquiry } from '../question/question.ts';
import type { Table } from '../table.ts';

/** From the facts, or from the tables that the questions answered, to figures, and to tables that only they show. */
export type Illustration = (inquiry: Inquiry, tables: readonly Table[]) => Illustrated;

export interface Illustrated {
  readonly figures: readonly Figure[];
  readonly drawn: readonly Table[];
}
