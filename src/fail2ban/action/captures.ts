/** Lines of evidence as fail2ban shows them, and what its filters capture in them; looked at when an action wants to know. */
import { fromLog } from '../../base/text.ts';
import type { JailFile } from '../config/jail-file.ts';
import { filterOf, type Watch } from '../fail2ban.ts';
import { textOf } from '../filter/fields.ts';
import type { FailureFilter } from '../filter/filter.ts';
import { isJournalLine, type JournalEntry, parseEntry } from '../filter/journal-entry.ts';

/** What is captured in the lines of one failure (latin1), the newest last, by the names that the filter gives it. */
export type Captures = (lines: readonly string[], now: number) => ReadonlyMap<string, string>;

/** A line (latin1) as text; of an entry of the journal what fail2ban makes of it. */
export function matchText(line: string): string {
  return entryOf(line)?.text ?? fromLog(line);
}

/** The filter is made when it is first needed, and for each ban anew: what lines tell together is of one failure. */
export function capturesOf(jail: JailFile, watch: Watch): Captures {
  return (lines, now) => {
    let fields: ReadonlyMap<string, string> = new Map();
    const filters = new Map<string, FailureFilter>();
    for (const line of lines) {
      const entry = entryOf(line);
      const type = entry ? 'journal' : 'file';
      const filter = filters.get(type) ?? filterOf(jail, watch, type);
      filters.set(type, filter);
      const { failures } = entry ? filter.entry(entry, now) : filter.line(fromLog(line), now);
      // What a session had told before is in the fields of its last line: those of others are not mixed in.
      for (const failure of failures) {
        fields = new Map([...failure.fields].map(([name, value]) => [name, textOf(value)]));
      }
    }
    return fields;
  };
}

function entryOf(line: string): JournalEntry | undefined {
  if (!line.startsWith('{')) return undefined;
  const bytes = Buffer.from(line, 'latin1');
  return isJournalLine(bytes) ? parseEntry(bytes) : undefined;
}
