import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contains, type Network, parseAddress, parseNetwork } from '../base/address.ts';
import { type Demo, writeDemo } from './demo.ts';
import { HOUR, MONTH } from './month.ts';

const folder = mkdtempSync(join(tmpdir(), 'rapsheet-demo-'));
let demo: Demo;
beforeAll(() => {
  demo = writeDemo(join(folder, 'first'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Paths below a folder, sorted. */
function filesOf(dir: string): string[] {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])).sort();
}

function linesOf(path: string): string[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
  expect(text.endsWith('\n'), path).toBe(true);
  return text.slice(0, -1).split('\n');
}

const hashOf = (dir: string): string[] =>
  filesOf(dir).map((path) => {
    const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
    return `${path.slice(dir.length)} ${statSync(path).mtimeMs} ${hash}`;
  });

describe('writeDemo()', () => {
  it('writes the same bytes and times for the same seed, and others for another', () => {
    writeDemo(join(folder, 'second'));
    writeDemo(join(folder, 'third'), 1);

    expect(hashOf(join(folder, 'second'))).toEqual(hashOf(join(folder, 'first')));
    expect(hashOf(join(folder, 'third'))).not.toEqual(hashOf(join(folder, 'first')));
  });

  it('writes 200,000 lines or more, on three hosts', () => {
    const lines = filesOf(demo.logs).reduce((sum, path) => sum + linesOf(path).length, 0);

    expect(readdirSync(demo.logs).sort()).toEqual([...demo.hosts].sort());
    expect(lines).toBeGreaterThan(200_000);
  });

  it.each([
    'web1/nginx/access.log',
    'web1/nginx/error.log',
    'web1/auth.log',
    'web2/apache2/access.log',
    'web2/auth.log',
    'mail/mail.log',
    'mail/auth.log',
  ])('rotates %s by the week', (file) => {
    const parts = ['', '.1', '.2.gz', '.3.gz', '.4.gz'].map((age) => join(demo.logs, `${file}${age}`));
    const times = parts.map((path) => statSync(path).mtimeMs);

    expect([...times].sort((a, b) => b - a)).toEqual(times);
    expect(times[0]).toBeGreaterThan(MONTH.until - 30 * HOUR);
    expect(times[0]).toBeLessThan(MONTH.until + HOUR);
  });

  it('writes the lines of every file in the order of time', () => {
    for (const path of filesOf(demo.logs)) {
      const times = linesOf(path).map((line) => sortable(line));

      expect(times.filter((time) => time.includes('undefined'))).toEqual([]);
      expect(
        times.find((time, index) => time < (times[index - 1] ?? '')),
        path,
      ).toBe(undefined);
    }
  });

  it('names no address that the table of origins does not know', () => {
    const networks = networksOf(readFileSync(demo.origins, 'utf8'));
    const own = parseNetwork('192.0.2.0/24');
    const met = new Set<string>();
    for (const path of filesOf(demo.logs)) for (const address of addressesIn(linesOf(path))) met.add(address);

    expect(met.size).toBeGreaterThan(3000);
    for (const text of met) {
      const address = parseAddress(text);
      if (!address || (own && contains(own, address))) continue;
      expect(networks.filter((network) => contains(network, address)).length, text).toBe(1);
    }
  });

  it('says where it cannot write', () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');

    expect(() => writeDemo(file)).toThrow(/a-file: the demo cannot be written: .*--dir/);
  });
});

/** The line's time as text that sorts like it: only days and clock, since all lines are of one month. */
function sortable(line: string): string {
  const iso = /^2024-(1[01]-\d\d)T([\d:.]+)/.exec(line);
  if (iso) return `${iso[1]} ${iso[2]}`;
  const nginx = /^2024\/(1\d)\/(\d\d) ([\d:]+)/.exec(line);
  if (nginx) return `${nginx[1]}-${nginx[2]} ${nginx[3]}`;
  const access = /\[(\d\d)\/Oct\/2024:([\d:]+) /.exec(line);
  if (access) return `10-${access[1]} ${access[2]}`;
  const named = /^(?:\[\w+ )?Oct ([ \d]\d) ([\d:.]+)/.exec(line);
  return `10-${(named?.[1] ?? '').replace(' ', '0')} ${named?.[2]}`;
}

/** The addresses in the places where services put their clients. */
function addressesIn(lines: readonly string[]): string[] {
  const places = /(?:^|443 )([\d.]+) - -|(?:from |client: |rip=|rhost=|\[)(\d+\.\d+\.\d+\.\d+)/;
  return lines.flatMap((line) => {
    const match = places.exec(line);
    return match ? [match[1] ?? match[2] ?? ''] : [];
  });
}

function networksOf(table: string): Network[] {
  const [header, ...rows] = table.trim().split('\n');
  expect(header).toBe('network,country,asn,organization,latitude,longitude,note');
  return rows.map((row) => {
    const network = parseNetwork(row.split(',', 1)[0] ?? '');
    if (!network) throw new Error(`not a network: ${row}`);
    return network;
  });
}
