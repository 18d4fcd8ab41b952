/** From the files of a history to what reads them: logs with their rotated parts in order, each of the others by itself. */
import type { Clock } from '../base/clock.ts';
import type { Problem } from '../base/problem.ts';
import { findLogs } from '../source/source.ts';
import { type CsvSource, csvTable } from './csv-table.ts';
import { fail2banLog } from './fail2ban-log.ts';
import { databases } from './index.ts';
import type { Recognized } from './recognize.ts';
import type { HistorySource } from './source.ts';
import { textOf } from './text-file.ts';

export interface OpenHistory {
  readonly sources: readonly HistorySource[];
  /** Rows of tables that could not be read, once they are read. */
  problems(): readonly Problem[];
  close(): void;
}

/** @throws ProblemError when one cannot be opened */
export async function openHistory(
  files: readonly Recognized[],
  { host, clock }: { host: string; clock: Clock },
): Promise<OpenHistory> {
  const sources: HistorySource[] = [];
  const tables: CsvSource[] = [];
  const close = (): void => {
    for (const source of sources) source.close();
  };
  try {
    for (const { form, path } of files) {
      const database = databases.find((each) => each.form === form);
      if (database) sources.push(database.open(path));
      if (form === 'csv') tables.push(csvTable(await textOf(path)));
    }
    sources.push(...tables);
    const logs = files.filter(({ form }) => form === 'fail2ban-log').map(({ path }) => path);
    if (logs.length > 0) {
      const { series } = await findLogs([{ host, paths: logs }], { clock });
      sources.push(...series.map(fail2banLog));
    }
  } catch (error) {
    close();
    throw error;
  }
  return { sources, close, problems: () => tables.flatMap((table) => table.problems) };
}
