import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Network, parseNetwork } from '../base/address.ts';
import { addAllowed, parseAllowFile, readAllowFile, removeAllowed } from './allow-file.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsct-'));
  path = join(folder, 'allow');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (!parsed) throw new Error(text);
  return parsed;
}

const entries = (text: string) =>
  parseAllowFile(text, 'allow').entries.map((entry) => [entry.network.text, entry.why, entry.line]);

it('reads addresses and networks with their comments, and leaves empty lines alone', () => {
  const text = '# friends\n\n192.0.2.7\n  203.0.113.0/24\t# the office \r\n2001:DB8::/64#home\n';
  expect(entries(text)).toEqual([
    ['192.0.2.7', '', 3],
    ['203.0.113.0/24', 'the office', 4],
    ['2001:db8::/64', 'home', 5],
  ]);
});

it.each(['127.1', '010.1.1.1', '192.0.2.1/24', '192.0.2.7 203.0.113.7', 'example.org', '192.0.2.7/33', '\u001b[2J'])(
  '%j is a problem with its line, and the other lines hold',
  (line) => {
    const { entries: read, problems } = parseAllowFile(`192.0.2.7\n${line}\n192.0.2.8\n`, 'allow');
    expect(read.map((entry) => entry.network.text)).toEqual(['192.0.2.7', '192.0.2.8']);
    expect(problems).toEqual([expect.objectContaining({ where: 'allow:2' })]);
    expect(JSON.stringify(problems)).not.toContain('\u001b');
  },
);

it('is bounded: a huge file is a problem, and so is what is beyond the limit of entries', () => {
  const many = Array.from({ length: 5_000 }, (_, number) => `10.0.${number >> 8}.${number & 255}`).join('\n');
  const { entries: read, problems } = parseAllowFile(many, 'allow');
  expect([read.length, problems.length]).toEqual([4_096, 100]);
  writeFileSync(path, `${'#'.repeat(300_000)}\n192.0.2.7\n`);
  expect(readAllowFile(path)).toEqual({ entries: [], problems: [expect.objectContaining({ where: path })] });
});

it('a missing file allows nobody; a folder, a loop of links and a world-writable file are problems', () => {
  expect(readAllowFile(path)).toEqual({ entries: [], problems: [] });
  expect(readAllowFile(folder).problems).toHaveLength(1);
  symlinkSync(path, path);
  expect(readAllowFile(path).problems).toHaveLength(1);
  rmSync(path);
  writeFileSync(path, '192.0.2.7\n');
  chmodSync(path, 0o666);
  const open = readAllowFile(path);
  expect([open.entries.length, open.problems.map(({ what }) => what)]).toEqual([
    1,
    [expect.stringMatching(/anybody may write/)],
  ]);
});

it('adding keeps every other byte, makes the folder, and leaves no file behind', () => {
  path = join(folder, 'etc', 'allow');
  expect(addAllowed(path, network('203.0.113.7'), 'me,\nfrom # the hotel')).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('203.0.113.7  # me, from # the hotel\n');
  expect((statSync(path).mode & 0o777).toString(8)).toBe('640');
  writeFileSync(path, '# mine\nnonsense\n192.0.2.7');
  expect(addAllowed(path, network('2001:db8::/64'), '')).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('# mine\nnonsense\n192.0.2.7\n2001:db8::/64\n');
  expect(addAllowed(path, network('2001:db8::/64'), 'again')).toBe(false);
  expect(readdirSync(join(folder, 'etc'))).toEqual(['allow']);
});

it('removing takes away exactly that network, however it is spelled, and nothing else', () => {
  writeFileSync(path, '# 192.0.2.7\n192.0.2.7 # a\n192.0.2.0/24\n2001:DB8:0::1\n 192.0.2.7\nrubbish\n');
  expect(removeAllowed(path, network('192.0.2.7'))).toBe(true);
  expect(removeAllowed(path, network('2001:db8::1'))).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('# 192.0.2.7\n192.0.2.0/24\nrubbish\n');
  expect(removeAllowed(path, network('192.0.2.7'))).toBe(false);
});

it('a link is followed to the file, which keeps its mode, and stays a link', () => {
  mkdirSync(join(folder, 'shared'));
  writeFileSync(join(folder, 'shared', 'real'), '192.0.2.7\n');
  chmodSync(join(folder, 'shared', 'real'), 0o604);
  symlinkSync(join(folder, 'shared', 'real'), path);
  addAllowed(path, network('192.0.2.8'), '');
  expect(readFileSync(join(folder, 'shared', 'real'), 'utf8')).toBe('192.0.2.7\n192.0.2.8\n');
  expect((statSync(join(folder, 'shared', 'real')).mode & 0o777).toString(8)).toBe('604');
  expect(readdirSync(join(folder, 'shared'))).toEqual(['real']);
});
