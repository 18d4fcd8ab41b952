/** Reads a log by filters of the installed fail2ban, as a replay does, and says how many lines are failures. */
import { closeSync, openSync, readSync } from 'node:fs';
import { zoneOf } from '../src/base/zone.ts';
import { diskTree } from '../src/fail2ban/config/file-tree.ts';
import { readFilter } from '../src/fail2ban/config/filter-file.ts';
import { DateForms } from '../src/fail2ban/dates/choose.ts';
import { FailureFilter } from '../src/fail2ban/filter/filter.ts';
import { LineReader } from '../src/fail2ban/filter/reader.ts';

const INSTALLED = '/etc/fail2ban';
/** As much as a replay reads at once. */
const CHUNK = 65_536;
const NEWLINE = 10;

export function readByFilters(log: string, names: readonly string[]): void {
  const dates = new DateForms(new Date().getFullYear());
  const zone = zoneOf('UTC');
  if (!zone) throw new Error('no such zone');
  const reader = new LineReader(
    names.map((name) => {
      const file = readFilter({ tree: diskTree, root: INSTALLED }, { name, call: new Map(), jail: new Map() });
      return new FailureFilter(file, { useDns: 'raw', dates, frame: { zone }, mode: 'log', findTime: 0 });
    }),
  );
  const now = Date.now();
  let failures = 0;
  for (const { bytes, offset } of chunksOf(log)) failures += reader.read({ bytes, offset }, now).length;
  process.stdout.write(`${failures}\n`);
}

/** Whole lines, in one buffer that is used again and again. */
function* chunksOf(log: string): Generator<{ readonly bytes: Buffer; readonly offset: number }> {
  const file = openSync(log, 'r');
  const buffer = Buffer.allocUnsafe(CHUNK);
  let offset = 0;
  try {
    for (let kept = 0; ; ) {
      const read = readSync(file, buffer, kept, CHUNK - kept, null);
      const filled = kept + read;
      const end = read === 0 ? filled : buffer.lastIndexOf(NEWLINE, filled - 1) + 1;
      if (end > 0) yield { bytes: buffer.subarray(0, end), offset };
      if (read === 0) return;
      offset += end;
      kept = filled - end;
      buffer.copy(buffer, 0, end, filled);
    }
  } finally {
    closeSync(file);
  }
}
