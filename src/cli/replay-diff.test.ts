/** One log under two configurations: what differs, and whom of one's own the new rules hit. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../config/config.ts';
import { programFolder } from './program.ts';
import { replayDiff } from './replay-diff.ts';

const START = Date.UTC(2026, 5, 1, 12);
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapsheet-diff-'));
  mkdirSync(join(folder, 'logs'));
  const lines = [
    ...failures('203.0.113.1', 10, 5_000),
    ...failures('203.0.113.2', 3, 5_000),
    ...failures('198.51.100.7', 3, 1_000),
    line(60_000, 'Accepted password for alice from 192.0.2.20 port 1 ssh2'),
    ...failures('192.0.2.20', 3, 1_000, 120_000),
    ...failures('192.0.2.77', 5, 1_000),
  ];
  writeFileSync(join(folder, 'logs', 'auth.log'), lines.sort().join(''));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function line(after: number, text: string): string {
  return `${new Date(START + after).toISOString().replace('Z', '+00:00')} web1 sshd[77]: ${text}\n`;
}

/** Each of a process of its own, so that they are different events. */
function failures(address: string, count: number, every: number, from = 0): string[] {
  return Array.from({ length: count }, (_, i) =>
    line(from + i * every, `Failed password for root from ${address} port ${i + 1} ssh2`).replace(
      '[77]',
      `[${100 + i}]`,
    ),
  );
}

function config(name: string, text: string) {
  const file = join(folder, name);
  writeFileSync(file, `[origin]\ndiscover = false\n[general]\nzone = "UTC"\n${text}`);
  return loadConfig({ program: programFolder(), file });
}

const MONITOR = '[[allow]]\naddress = "192.0.2.77"\nreason = "our monitor"\n';

it('says what is banned more, less, earlier, and for longer, and which logins and monitors are hit', async () => {
  const configs = {
    old: config('old.toml', MONITOR),
    new: config('new.toml', `${MONITOR}[jail.ssh]\nmaxretry = 3\nbantime = "2h"\n`),
  };
  const requests = [{ host: 'web1', paths: [join(folder, 'logs')] }];
  const text = await replayDiff(configs, requests, { json: false });
  expect(text).toMatch(/^Bans: 1 with the old rules, 4 with the new ones\.\n/);
  expect(text).toContain('203.0.113.2 on web1 (ssh, threshold), once, first at 2026-06-01T12:00:10.000Z, 2h in all');
  expect(text).toContain('203.0.113.1 on web1: 10s earlier, 1h longer');
  expect(text).toContain('the new rules hit 2 (2 that the old ones did not)');
  expect(text).toContain('alice, who logged in from 192.0.2.20: 192.0.2.20 on web1 at');
  expect(text).toContain('our monitor (spared: 192.0.2.77 is on the allowlist): 192.0.2.77 on web1 at');
  const json = JSON.parse(await replayDiff({ old: configs.new, new: configs.old }, requests, { json: true }));
  expect(json.onlyOld.map(({ subject }: { subject: string }) => subject).sort()).toEqual([
    ...['192.0.2.20', '198.51.100.7', '203.0.113.2'],
  ]);
  expect(await replayDiff({ old: configs.old, new: configs.old }, requests, { json: false })).toContain(
    'Both ban the same',
  );
});

it('says that a log could not be read to its end', async () => {
  const path = join(folder, 'cut.log.gz');
  writeFileSync(path, gzipSync(failures('203.0.113.9', 400, 5_000).join('')).subarray(0, -200));
  const configs = { old: config('old.toml', ''), new: config('new.toml', '') };
  const requests = [{ host: 'web1', paths: [path] }];
  const words = 'the gzip data is damaged: it ends too early';
  expect(await replayDiff(configs, requests, { json: false })).toContain(`  ${path}: ${words} (`);
  const json = JSON.parse(await replayDiff(configs, requests, { json: true }));
  expect(json.problems).toMatchObject([{ where: path, what: words }]);
});

it('cannot read standard input twice', async () => {
  const configs = { old: config('old.toml', ''), new: config('new.toml', '') };
  await expect(replayDiff(configs, [{ host: 'web1', paths: ['-'] }], { json: false })).rejects.toThrow(
    /standard input/,
  );
});
