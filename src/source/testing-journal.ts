/** For tests of the journal: real files of it, written by systemd-journal-remote, and a log that reads them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { findProgram, type RunningProgram, runProgram, startProgram } from '../base/program.ts';
import { openJournal } from './journal.ts';
import type { Bookmark, LiveLog, LiveSource } from './live.ts';

const REMOTE = '/lib/systemd/systemd-journal-remote';
export const MACHINE = '00112233445566778899aabbccddeeff';
const BOOTS = ['1'.repeat(32), '2'.repeat(32)] as const;
export const MATCHES = ['_SYSTEMD_UNIT=ssh.service', '_COMM=sshd'];
export const hasTools = findProgram('journalctl') !== undefined && findProgram(REMOTE) !== undefined;
if (!hasTools) console.warn('SKIPPED: the journal is not tested, journalctl or systemd-journal-remote is missing');

export interface Entry {
  readonly message: string | Buffer;
  readonly unit?: string;
  readonly boot?: 0 | 1;
  readonly machine?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

const opened: LiveSource[] = [];
const folders: string[] = [];
let serial = 0;

/** Ends what a test began. */
export async function cleanUp(): Promise<void> {
  await Promise.all(opened.splice(0).map((source) => source.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'rsjl-'));
  folders.push(path);
  return path;
}

function field(name: string, value: string | Buffer): Buffer {
  if (typeof value === 'string') return Buffer.from(`${name}=${value}\n`);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(value.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, value, Buffer.from('\n')]);
}

/** Entries in the journal's export format, a millisecond apart, from a minute ago on. */
function exported(entries: readonly Entry[]): Buffer {
  return Buffer.concat(
    entries.map(({ message, unit = 'ssh.service', boot = 0, machine = MACHINE, fields = {} }) => {
      serial++;
      const program = unit.replace('.service', 'd');
      return Buffer.concat([
        field('__REALTIME_TIMESTAMP', String((Date.now() - 60_000 + serial) * 1000)),
        field('__MONOTONIC_TIMESTAMP', String(serial * 1000)),
        field('_BOOT_ID', BOOTS[boot]),
        field('_MACHINE_ID', machine),
        field('_SYSTEMD_UNIT', unit),
        field('SYSLOG_IDENTIFIER', program),
        field('_COMM', program),
        field('_PID', String(serial)),
        ...Object.entries(fields).map(([name, value]) => field(name, value)),
        field('MESSAGE', message),
        Buffer.from('\n'),
      ]);
    }),
  );
}

export async function write(directory: string, entries: readonly Entry[], name = 'system'): Promise<void> {
  const input = join(directory, 'entries');
  writeFileSync(input, exported(entries));
  const { status, err } = await runProgram(REMOTE, [`--output=${join(directory, `${name}.journal`)}`, input]);
  expect(err).toContain('Finishing');
  expect(status).toBe(0);
}

interface Asked {
  readonly cursor?: string;
  readonly matches?: readonly string[];
  readonly clock?: () => number;
}

export interface Following {
  readonly source: LiveSource;
  readonly log: LiveLog;
  readonly children: RunningProgram[];
}

export function follow(directory: string, { cursor, matches = MATCHES, clock = Date.now }: Asked = {}): Following {
  const children: RunningProgram[] = [];
  const runner = (args: readonly string[]): RunningProgram => {
    const child = startProgram('journalctl', ['--directory', directory, ...args]);
    children.push(child);
    return child;
  };
  const options = { host: 'web1', matches, cursor, clock, onWake: () => undefined, machine: MACHINE };
  return { ...open({ ...options, runner }), children };
}

export function open(options: Parameters<typeof openJournal>[0]): { source: LiveSource; log: LiveLog } {
  const source = openJournal(options);
  opened.push(source);
  const [log] = source.logs();
  if (!log) throw new Error('no log');
  return { source, log };
}

export interface Read {
  readonly lines: string[];
  readonly offsets: number[];
  before: Bookmark | undefined;
  after: Bookmark | undefined;
}

/** Reads until there are so many lines, and then for a moment more: there should be none. */
export async function readLines({ log, source }: { log: LiveLog; source: LiveSource }, count: number): Promise<Read> {
  const read: Read = { lines: [], offsets: [], before: undefined, after: undefined };
  let rest = 3;
  for (let turn = 0; turn < 2_000 && rest > 0; turn++) {
    for (let piece = log.read(); piece; piece = log.read()) {
      const text = piece.chunk.bytes.toString('latin1');
      expect(text.endsWith('\n')).toBe(true);
      read.lines.push(...text.trimEnd().split('\n'));
      read.offsets.push(piece.chunk.offset);
      read.before ??= piece.before;
      read.after = piece.after;
    }
    if (read.lines.length >= count) rest--;
    if (turn % 5 === 4) source.look();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return read;
}

export async function untilTrouble({ log, source }: { log: LiveLog; source: LiveSource }): Promise<void> {
  for (let turn = 0; turn < 500 && log.state().state === 'followed'; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    source.look();
  }
}

export function messages(lines: readonly string[]): unknown[] {
  return lines.map((line) => {
    const value: unknown = Reflect.get(Object(JSON.parse(line)), 'MESSAGE');
    return Array.isArray(value) ? Buffer.from(value).toString('latin1') : value;
  });
}

export function cursorIn(bookmark: Bookmark | undefined): string {
  return bookmark?.type === 'journal' ? bookmark.cursor : '';
}

export const failed = (n: number): Entry => ({ message: `Failed password for root from 203.0.113.${n} port 22 ssh2` });
