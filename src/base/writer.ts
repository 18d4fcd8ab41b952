/** How a language writes numbers, counts with their nouns, and lists: what the sentences of reports and alerts are put together with. */

export interface Writer {
  /** `1,698`. */
  readonly written: (count: number) => string;
  /** `1,698 bans`, `1 ban`. */
  readonly counted: (count: number, one: string, many?: string) => string;
  /** `mail, web1 and web2`. */
  readonly list: (items: readonly string[]) => string;
}

/** `language`: a tag that `Intl` takes. */
export function writerOf(language: string): Writer {
  const numbers = new Intl.NumberFormat(language);
  const lists = new Intl.ListFormat(language, { type: 'conjunction' });
  const written = (count: number): string => numbers.format(count);
  return {
    written,
    counted: (count, one, many = `${one}s`) => `${written(count)} ${count === 1 ? one : many}`,
    list: (items) => lists.format(items),
  };
}

/** What a table has for a language, by the first part of its tag; what it has for English where nobody has written it. */
export function inLanguage<Entry>(table: Readonly<Record<string, Entry>> & { readonly en: Entry }, tag: string): Entry {
  const { language } = new Intl.Locale(tag);
  return (Object.hasOwn(table, language) ? table[language] : undefined) ?? table.en;
}
