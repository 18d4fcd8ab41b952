/** The templates that a `datepattern` asks for: its own, the known ones, or the known ones within its own. */
import { unbound } from './bounds.ts';
import { defaultPatterns, defaultTemplates } from './defaults.ts';
import { type DateTemplate, epochPatternTemplate, epochTemplate, patternTemplate, tai64nTemplate } from './template.ts';

/** Patterns of one filter. The most that a shipped one has is three. */
const PATTERNS_MAX = 50;

/**
 * The templates of a datepattern, one pattern a line; all that are known when there is none. `year`: the one in which we
 * are. @throws DatePatternError, RegexError for a pattern that cannot be understood.
 */
export function dateTemplates(datePattern: string | undefined, year: number): readonly DateTemplate[] {
  const patterns = (datePattern ?? '').split('\n').map((line) => line.trim());
  const given = patterns.filter((pattern) => pattern !== '').slice(0, PATTERNS_MAX);
  const templates = new Map<string, DateTemplate>();
  for (const template of given.flatMap((pattern) => templatesOf(pattern, year))) {
    // Known ones do not cover what is named, nor is anything tried twice.
    if (!templates.has(template.name)) templates.set(template.name, template);
  }
  return templates.size > 0 ? [...templates.values()] : defaultTemplates(year);
}

function templatesOf(pattern: string, year: number): readonly DateTemplate[] {
  // Without tokens, case does not count.
  const key = pattern.includes('%') ? pattern : pattern.toUpperCase();
  switch (key) {
    case '{^LN-BEG}':
      return defaultTemplates(year).filter((template) => template.isAtLineStart);
    case '{DEFAULT}':
      return defaultTemplates(year);
    case '{NONE}':
      return [patternTemplate('{UNB}^', year)];
    case 'EPOCH':
      return [epochTemplate('short', 'anywhere')];
    case '{^LN-BEG}EPOCH':
    case '^EPOCH':
      return [epochTemplate('short', 'line')];
    case 'LEPOCH':
      return [epochTemplate('long', 'anywhere')];
    case '{^LN-BEG}LEPOCH':
    case '^LEPOCH':
      return [epochTemplate('long', 'line')];
    case 'TAI64N':
      return [tai64nTemplate('anywhere')];
    case '{^LN-BEG}TAI64N':
    case '^TAI64N':
      return [tai64nTemplate('line')];
    default:
      return ownTemplates(pattern, year);
  }
}

function ownTemplates(pattern: string, year: number): readonly DateTemplate[] {
  if (/(?<!\\)\{DATE\}/i.test(pattern)) {
    const replaced = defaultPatterns().map((date) => pattern.replace(/(?<!\\)\{DATE\}/gi, () => unbound(date)));
    return replaced.flatMap((own) => templatesOf(own, year));
  }
  if (/(?<!\\)\{L?EPOCH\}/i.test(pattern)) return [epochPatternTemplate(pattern)];
  return [patternTemplate(pattern, year)];
}
