/**
 * The templates that a `datepattern` asks for: its own, the known ones, or the known ones within its own. All jails share
 * one DateForms, so that each form is compiled once.
 */
import { unbound } from './bounds.ts';
import { defaultForms, defaultPatterns, type Form } from './defaults.ts';
import { type DateTemplate, epochPatternTemplate, epochTemplate, patternTemplate, tai64nTemplate } from './template.ts';

/** Patterns of one filter. The most that a shipped one has is three. */
const PATTERNS_MAX = 50;
/** Forms that are kept compiled. The shipped filters have a hundred together. */
const KEPT_MAX = 2_000;

export class DateForms {
  readonly #year: number;
  readonly #kept = new Map<string, DateTemplate>();

  /** `year`: the one in which we are; `%ExY` takes years from 2000 to three after it. */
  constructor(year: number) {
    this.#year = year;
  }

  /**
   * The templates of a datepattern, one pattern a line; all that are known when there is none.
   * @throws DatePatternError, RegexError for a pattern that cannot be understood.
   */
  templates(datePattern = ''): readonly DateTemplate[] {
    const patterns = datePattern.split('\n').map((line) => line.trim());
    const given = patterns.filter((pattern) => pattern !== '').slice(0, PATTERNS_MAX);
    const templates = new Map<string, DateTemplate>();
    for (const template of given.flatMap((pattern) => this.#templatesOf(pattern))) {
      // Known ones do not cover what is named, nor is anything tried twice.
      if (!templates.has(template.name)) templates.set(template.name, template);
    }
    return templates.size > 0 ? [...templates.values()] : this.#known(defaultForms());
  }

  #templatesOf(pattern: string): readonly DateTemplate[] {
    // Without tokens, case does not count.
    const key = pattern.includes('%') ? pattern : pattern.toUpperCase();
    if (key === '{^LN-BEG}') return this.#known(defaultForms().filter((form) => form.isAtLineStart));
    if (key === '{DEFAULT}') return this.#known(defaultForms());
    if (key === '{NONE}') return [this.#made('{UNB}^', () => patternTemplate('{UNB}^', this.#year))];
    const [, begin = '', special] = /^(\^|\{\^LN-BEG\})?(L?EPOCH|TAI64N)$/.exec(key) ?? [];
    const weight = weightOf(pattern);
    if (special !== undefined)
      return this.#known([{ pattern: special, place: begin === '' ? 'anywhere' : 'line', weight }]);
    if (/(?<!\\)\{DATE\}/i.test(pattern)) {
      const replaced = defaultPatterns().map((date) => pattern.replace(/(?<!\\)\{DATE\}/gi, () => unbound(date)));
      return replaced.flatMap((own) => this.#templatesOf(own));
    }
    if (/(?<!\\)\{L?EPOCH\}/i.test(pattern)) return [this.#made(pattern, () => tried(epochPatternTemplate(pattern)))];
    return [this.#made(pattern, () => tried(patternTemplate(pattern, this.#year, weight)))];
  }

  #known(forms: readonly Omit<Form, 'isAtLineStart'>[]): readonly DateTemplate[] {
    return forms.map(({ pattern, place, weight }) =>
      this.#made(`${place} ${weight} ${pattern}`, () => {
        if (pattern === 'TAI64N') return tai64nTemplate(place, weight);
        if (pattern === 'EPOCH' || pattern === 'LEPOCH')
          return epochTemplate(pattern === 'EPOCH' ? 'short' : 'long', place, weight);
        return patternTemplate(place === 'line' ? `{^LN-BEG}${pattern}` : pattern, this.#year, weight);
      }),
    );
  }

  #made(key: string, make: () => DateTemplate): DateTemplate {
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const template = make();
    if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
    this.#kept.set(key, template);
    return template;
  }
}

/** One that is named is no worse than it would be among the known ones. */
function weightOf(pattern: string): number {
  const [, text] = /^\{\^LN-BEG\}(.*)$/.exec(pattern) ?? [];
  if (text === undefined) return 1;
  const known = defaultForms().find(
    (form) => form.place === 'line' && form.pattern.toUpperCase() === text.toUpperCase(),
  );
  return known && (text.includes('%') ? known.pattern === text : true) ? known.weight : 1;
}

/** What somebody wrote may be wrong, and is to say so now. @throws RegexError */
function tried(template: DateTemplate): DateTemplate {
  const { expression } = template;
  return expression && template;
}
