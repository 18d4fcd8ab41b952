/** Of one format: the literals that are skimmed for, and the patterns behind each. */
import type { CompiledPattern } from './compile.ts';
import type { Format } from './definition.ts';
import { createSkimmer, type Skimmer } from './skim.ts';

export interface FormatTable {
  readonly format: Format;
  readonly skimmer: Skimmer;
  /** By literal: the patterns that need it, in the filters' order. */
  readonly byLiteral: readonly Candidates[];
  readonly unions: Unions;
}

/** Patterns in the filters' order, each once. */
export type Candidates = readonly CompiledPattern[];

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
    for (const literal of (format === 'json' ? pattern.jsonLiterals() : pattern.literals) ?? []) {
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
    unions: new Unions(patterns),
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

/** Unions that are remembered. A line may be made to hold any literals; those that services write hold few sorts of them. */
const UNIONS_MAX = 4_096;

/** The patterns of lines that hold several literals. Lines of one sort hold the same ones, so each union is made once. */
export class Unions {
  readonly #order: ReadonlyMap<CompiledPattern, number>;
  readonly #known = new Map<Candidates, Map<Candidates, Candidates>>();
  #size = 0;

  constructor(patterns: readonly CompiledPattern[]) {
    this.#order = new Map(patterns.map((pattern, index) => [pattern, index]));
  }

  of(some: Candidates, more: Candidates): Candidates {
    return this.#known.get(some)?.get(more) ?? this.#make(some, more);
  }

  #make(some: Candidates, more: Candidates): Candidates {
    const all = [...new Set([...some, ...more])];
    all.sort((a, b) => (this.#order.get(a) ?? 0) - (this.#order.get(b) ?? 0));
    // What adds nothing gives the same list, so that there are no more lists than sets.
    const union = more.every((pattern) => some.includes(pattern)) ? some : all;
    if (this.#size++ >= UNIONS_MAX) {
      this.#known.clear();
      this.#size = 0;
    }
    const known = this.#known.get(some) ?? new Map<Candidates, Candidates>();
    this.#known.set(some, known.set(more, union));
    return union;
  }
}
