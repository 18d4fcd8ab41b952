import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { type RenderedFile, reportFamily } from '../report/report.ts';
import { formatOf } from './report-files.ts';
import { type Destination, writeFiles } from './report-output.ts';
import { runCommand, type Said, scratch } from './testing.ts';

const fileOf = (name: string): RenderedFile => ({ name, pieces: [`${name}, `, 'new'] });
const TWO = [fileOf('totals.csv'), fileOf('days.csv')];

/** As `report` would write them. */
function written(
  files: readonly RenderedFile[],
  output: string | undefined,
  more: Partial<Destination> = {},
): Promise<Said> {
  const command = new Command('report').action(() =>
    writeFiles(files, { output, format: 'csv', family: reportFamily, hasTable: true, ...more }),
  );
  return runCommand(command, []);
}

function put(folder: string, ...names: string[]): string {
  mkdirSync(folder, { recursive: true });
  for (const name of names) writeFileSync(join(folder, name), 'old');
  return folder;
}

const textIn = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');

describe('several files', () => {
  it.each(['tables', 'tables/', 'tables.2024/', 'deeper/tables'])('go into a new folder named %s', async (name) => {
    const folder = scratch();
    const said = await written(TWO, join(folder, name));
    expect(said).toMatchObject({ status: 0, out: '', err: expect.stringContaining('(2 files).') });
    expect(readdirSync(join(folder, name)).sort()).toEqual(['days.csv', 'totals.csv']);
  });

  it('go into a folder that is there, whatever it is called', async () => {
    const folder = put(join(scratch(), 'tables.csv'));
    expect(await written(TWO, folder)).toMatchObject({ status: 0 });
    expect(textIn(folder, 'days.csv')).toBe('days.csv, new');
  });

  it.each([
    ['all.csv', /all\.csv: 2 tables are a file each.*\(-o \S+\/all\/, or --table totals for one\)/],
    ['all.CSV', /all\.CSV: 2 tables/],
    ['all.text', /all\.text: 2 tables/],
    ['file', /file: 2 tables .*-o \S+\/tables\/,/],
  ])('make no folder named %s', async (name, says) => {
    const folder = put(scratch(), 'file');
    expect(await written(TWO, join(folder, name))).toMatchObject({ status: 64, err: expect.stringMatching(says) });
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('are not printed in a row', async () => {
    for (const output of [undefined, '-'])
      expect(await written(TWO, output)).toMatchObject({
        ...{ status: 64, out: '' },
        err: '--format csv: 2 tables are a file each, and need a folder (-o tables/, or --table totals for one)\n',
      });
    expect((await written(TWO, undefined, { hasTable: false })).err).toMatch(/\(-o tables\/\)\n$/);
  });
});

describe('one file', () => {
  const one = [fileOf('days.csv')];

  it('is printed, written to a file with an extension, or into a folder', async () => {
    const folder = put(scratch(), 'there');
    expect((await written(one, '-')).out).toBe('days.csv, new');
    for (const name of ['x.csv', 'x.CSV', 'x.data', 'there', 'folder']) await written(one, join(folder, name));
    for (const name of ['x.csv', 'x.CSV', 'x.data', 'there', 'folder/days.csv'])
      expect([name, textIn(folder, name)]).toEqual([name, 'days.csv, new']);
  });
});

describe('what an earlier report left', () => {
  it('is removed when this one does not have it, and nothing else is', async () => {
    const others = ['notes.csv', 'users.txt', 'users.svg', 'hosts.csv.bak'];
    const folder = put(scratch(), 'totals.csv', 'users.csv', 'countries-ssh.csv', ...others);
    mkdirSync(join(folder, 'hosts.csv'));

    expect((await written(TWO, folder)).err).toMatch(/\(2 files\); removed 2 of an earlier report\.\n$/);

    expect(readdirSync(folder).sort()).toEqual([...others, 'hosts.csv', 'totals.csv', 'days.csv'].sort());
  });

  it('stays where there never was a whole report, and beside a single table', async () => {
    const home = put(scratch(), 'users.csv');
    await written(TWO, home);
    expect(readdirSync(home)).toContain('users.csv');

    const folder = put(scratch(), 'totals.csv', 'users.csv');
    await written([fileOf('days.csv')], folder, { family: undefined });
    expect(readdirSync(folder).sort()).toEqual(['days.csv', 'totals.csv', 'users.csv']);
  });
});

it('nothing is no file, and it is said', async () => {
  const folder = scratch();
  expect(await written([], join(folder, 'tables'))).toMatchObject({ out: '', err: 'There is no table to write.\n' });
  expect(readdirSync(folder)).toEqual([]);
});

it('a folder is refused where a file is meant', async () => {
  const folder = put(join(scratch(), 'pages'));
  expect(await written([fileOf('report.html')], folder, { format: 'html' })).toMatchObject({
    ...{ status: 64, err: `${folder}: is a folder (name a file in it)\n` },
  });
});

describe('formatOf', () => {
  it.each([
    [{}, 'text'],
    [{ output: 'october' }, 'text'],
    [{ output: '-' }, 'text'],
    [{ output: 'october.TXT' }, 'text'],
    [{ output: 'october.htm' }, 'html'],
    [{ output: 'tables.2024/' }, 'text'],
    [{ output: 'october.pdf', format: 'html' }, 'html'],
    [{ output: 'october.pdf', json: true }, 'json'],
    [{ json: true, format: 'json' }, 'json'],
    [{ output: '-', format: 'png' }, 'png'],
  ])('takes %j for %s', (options, format) => {
    expect(formatOf(options)).toBe(format);
  });

  it.each([
    [{ output: '' }, /-o: no name is given/],
    [{ output: 'x.pdf' }, /-o x\.pdf: no format is called \.pdf \(\.txt, \.md, \.json, \.csv, \.html/],
    [{ output: 'x.2024-10' }, /no format is called \.2024-10 .*--format/],
    [{ json: true, format: 'csv' }, /--json and --format csv: which of them/],
    [{ format: 'png' }, /pictures need a folder or a file/],
  ])('refuses %j', (options, says) => {
    expect(() => formatOf(options)).toThrow(
      expect.objectContaining({ status: 64, message: expect.stringMatching(says) }),
    );
  });
});
