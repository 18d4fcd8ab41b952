/**
 * The demo's month in German: what is English in one report and the same in the other is a name, a word of the
 * configuration, or something that somebody else wrote.
 */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { done, plainConfig, type Report, readReport, scratch } from './run.ts';

const folder = scratch();
const demo = join(folder, 'demo');
const config = plainConfig(folder, `sources = ["${join(demo, 'origins.csv')}"]\n`);
const OFFENDER = '79.110.62.40';

/** Names: of addresses, companies, hosts, services, kinds and jails; times; what is written in a log; names for programs. */
const DATA: ReadonlySet<string> = new Set(
  `address addresses asn code day file first from host hosts hour jail kind kinds last line network organization pattern
  said scanner service services source story subject target time topAddress until user`.split(/\s+/),
);
/** German, too. */
const LOANS: ReadonlySet<string> = new Set(['Host', 'Hosts', 'Region', 'ASN', 'Scanner', 'Jail', 'Client', 'Server']);
const COUNTRIES: ReadonlySet<string> = new Set(['China', 'Japan', 'Iran', 'Taiwan', 'Vietnam']);
/** The first two words of a kind are a name as well; a rap sheet states whose it is, from where, and since when. */
const NAME = /^(?:[a-z]+\.[a-z]+|AS\d+|Emanual Hosting|The Constant Company \(Vultr\)|\d{4}-\d\d-\d\d \S+ \(UTC\))$/;

const ledger = join(demo, 'ledger.db');
const run = (...given: string[]): Promise<string> => done([...given, '--config', config, '--ledger', ledger]);

beforeAll(async () => {
  await done(['demo', '--dir', demo, '--json']);
});

async function inBoth(...given: string[]): Promise<{ english: Report; german: Report }> {
  const [english, german] = await Promise.all(
    ['en', 'de'].map(async (language) => readReport(await run(...given, '--json', '--language', language))),
  );
  if (english === undefined || german === undefined) throw new Error('no report');
  return { english, german };
}

/** What is the same in both, each with its place. */
function leftIn({ english, german }: { english: Report; german: Report }): string[] {
  const services = new Set(english.tables.flatMap(({ rows }) => rows.map(({ service }) => service)));
  const isSame = (a: unknown, b: unknown): boolean =>
    typeof a === 'string' && a === b && /\p{L}/u.test(a) && !LOANS.has(a) && !COUNTRIES.has(a) && !services.has(a);
  const left = english.base === german.base ? [`base: ${english.base}`] : [];
  for (const [i, table] of english.tables.entries()) {
    const other = german.tables[i];
    for (const key of ['title', 'base', 'note'] as const) {
      if (isSame(table[key], other?.[key])) left.push(`${table.name}, ${key}: ${table[key]}`);
    }
    for (const [k, { heading }] of table.columns.entries()) {
      if (isSame(heading, other?.columns[k]?.heading)) left.push(`${table.name}, heading: ${heading}`);
    }
    left.push(...sameCells(table, other, isSame));
  }
  return left;
}

function sameCells(
  table: Report['tables'][number],
  other: Report['tables'][number] | undefined,
  isSame: (a: unknown, b: unknown) => boolean,
): string[] {
  return table.rows.flatMap((row, i) =>
    Object.entries(row).flatMap(([key, cell]) => {
      const isName = DATA.has(key) || NAME.test(String(cell));
      const same = !isName && isSame(cell, other?.rows[i]?.[key]);
      return same ? [`${table.name}, row ${i + 1}, ${key}: ${cell}`] : [];
    }),
  );
}

/** Words that an English sentence can hardly do without, and a German one has not. */
const ENGLISH = /\b(?:the|of|and|with|are|were|is|from|not|each|by|to|every|other|bans?|attempts?)\b/i;

/** Texts of a page that we wrote: without what stands in a log, and names of companies. */
function ownTexts(page: string): string[] {
  const own = page
    .replace(/<style>[\s\S]*?<\/style>|<pre[\s\S]*?<\/pre>|<bdi class="stranger">[\s\S]*?<\/bdi>/g, ' ')
    .replace(/<meta[^>]*>/g, ' ');
  const labels = [...own.matchAll(/aria-label="([^"]*)"/g)].map(([, label = '']) => label);
  return [...own.replace(/<[^>]*>/g, '\n').split('\n'), ...labels].map((text) => text.trim());
}

describe('in German,', () => {
  it('no heading, note, sentence or label of the month is the English one', async () => {
    const both = await inBoth('report', '2024-10');

    expect(both.german.tables.map(({ name }) => name)).toEqual(both.english.tables.map(({ name }) => name));
    expect(both.german.tables.flatMap(({ rows }) => rows).length).toBeGreaterThan(200);
    expect(leftIn(both)).toEqual([]);
    expect(both.english.summary.filter((sentence) => both.german.summary.includes(sentence))).toEqual([]);
  });

  it.each([[OFFENDER], ['79.110.62.0/24'], ['AS64496'], ['Emanual Hosting'], ['user:root']])(
    'no heading, note, sentence or label of the rap sheet of %s is the English one',
    async (subject) => {
      const both = await inBoth('show', subject);

      expect(both.german.tables.length).toBeGreaterThan(5);
      expect(leftIn(both)).toEqual([]);
    },
  );

  it.each([
    ['report', '2024-10'],
    ['show', OFFENDER],
  ])('the page of rapsheet %s %s has no English words of its own, for the eye or the ear', async (...given) => {
    const page = await run(...given, '--format', 'html', '--language', 'de');
    const texts = ownTexts(page);

    expect(page).toContain('<html lang="de">');
    expect(page.match(/ lang="en"/g)).toBeNull();
    expect(texts.filter((text) => text !== '').length).toBeGreaterThan(100);
    expect(texts.filter((text) => ENGLISH.test(text) && !NAME.test(text))).toEqual([]);
  });

  it.each(['text', 'markdown'])('the words around the tables are German as %s', async (format) => {
    const drawn = await run('report', '2024-10', '--format', format, '--language', 'de');

    expect(drawn).toContain('Basis: ');
    expect(drawn).not.toMatch(/^(?:Base: |None\.)/m);
    if (format === 'text') expect(drawn).toContain('Adressen je Zeichen: ');
  });
});
