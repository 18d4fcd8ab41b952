/** Of one format: the literals that are skimmed for, and the patterns behind each. */
import type { CompiledPattern } from './compile.ts';
import type { Format } from './definition.ts';
import { createSkimmer, type Skimmer } from './skim.ts';

export interface FormatTable {
  readonly format: Format;
  readonly skimmer: Skimmer;
  /** By literal: the patterns that need it. */
  readonly byLiteral: readonly (readonly CompiledPattern[])[];
  readonly order: ReadonlyMap<CompiledPattern, number>;
}

/** Made when the first log of a format is met: most hosts have logs of two or three. */
export class FormatTables {
  readonly #patterns: readonly CompiledPattern[];
  readonly #tables = new Map<Format, FormatTable>();

  constructor(patterns: readonly CompiledPattern[]) {
    this.#patterns = patterns;
  }

  of(format: Format): FormatTable {
    let table = this.#tables.get(format);
    if (!table) {
      table = formatTable(format, this.#patterns);
      this.#tables.set(format, table);
    }
    return table;
  }
}

function formatTable(format: Format, all: readonly CompiledPattern[]): FormatTable {
  const patterns = all.filter((pattern) => isSeenIn(format, pattern));
  const byLiteral = new Map<string, CompiledPattern[]>();
  for (const pattern of patterns) {
    for (const literal of (format === 'json' ? pattern.jsonLiterals : pattern.literals) ?? []) {
      const list = byLiteral.get(literal) ?? [];
      byLiteral.set(literal, [...list, pattern]);
    }
  }
  if (format === 'syslog') {
    // journald writes a message that is not printable as an array of numbers, in which no literal can be seen.
    byLiteral.set('"MESSAGE":[', [...patterns]);
    byLiteral.set('"MESSAGE" : [', [...patterns]);
  }
  return {
    format,
    skimmer: createSkimmer([...byLiteral.keys()]),
    byLiteral: [...byLiteral.values()],
    order: new Map(patterns.map((pattern, index) => [pattern, index])),
  };
}

/**
 * Which patterns look at logs of a format. JSON logs tell of web requests too. What an application logs may go to syslog:
 * there its patterns see the lines of the program that they name.
 */
export function isSeenIn(format: Format, pattern: CompiledPattern): boolean {
  if (format === 'json') return pattern.format === 'json' || pattern.format === 'access';
  const carried = format === 'syslog' && pattern.process !== undefined;
  return pattern.format === format || (carried && (pattern.format === 'text' || pattern.format === 'json'));
}

export function inOrder(
  candidates: readonly CompiledPattern[],
  order: ReadonlyMap<CompiledPattern, number>,
): readonly CompiledPattern[] {
  return [...new Set(candidates)].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}
