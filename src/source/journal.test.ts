/** The journal, with real files of it written by systemd-journal-remote, and read by the real journalctl. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findProgram, type RunningProgram, runProgram, startProgram } from '../base/program.ts';
import { openJournal } from './journal.ts';
import type { Bookmark, LiveLog, LiveSource } from './live.ts';

const REMOTE = '/lib/systemd/systemd-journal-remote';
const MACHINE = '00112233445566778899aabbccddeeff';
const BOOTS = ['1'.repeat(32), '2'.repeat(32)] as const;
const MATCHES = ['_SYSTEMD_UNIT=ssh.service', '_COMM=sshd'];
const hasTools = findProgram('journalctl') !== undefined && findProgram(REMOTE) !== undefined;
if (!hasTools) console.warn('SKIPPED: the journal is not tested, journalctl or systemd-journal-remote is missing');

interface Entry {
  readonly message: string | Buffer;
  readonly unit?: string;
  readonly boot?: 0 | 1;
  readonly machine?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

const opened: LiveSource[] = [];
const folders: string[] = [];
let clock = Date.now();
let serial = 0;

afterEach(async () => {
  await Promise.all(opened.splice(0).map((source) => source.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
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

async function write(directory: string, entries: readonly Entry[], name = 'system'): Promise<void> {
  const input = join(directory, 'entries');
  writeFileSync(input, exported(entries));
  const { status, err } = await runProgram(REMOTE, [`--output=${join(directory, `${name}.journal`)}`, input]);
  expect(err).toContain('Finishing');
  expect(status).toBe(0);
}

interface Following {
  readonly source: LiveSource;
  readonly log: LiveLog;
  readonly children: RunningProgram[];
}

function follow(directory: string, cursor?: string, matches: readonly string[] = MATCHES): Following {
  const children: RunningProgram[] = [];
  const runner = (args: readonly string[]): RunningProgram => {
    const child = startProgram('journalctl', ['--directory', directory, ...args]);
    children.push(child);
    return child;
  };
  const options = { host: 'web1', matches, cursor, clock: () => clock, onWake: () => undefined, machine: MACHINE };
  return { ...open({ ...options, runner }), children };
}

function open(options: Parameters<typeof openJournal>[0]): { source: LiveSource; log: LiveLog } {
  const source = openJournal(options);
  opened.push(source);
  const [log] = source.logs();
  if (!log) throw new Error('no log');
  return { source, log };
}

interface Read {
  readonly lines: string[];
  readonly offsets: number[];
  before: Bookmark | undefined;
  after: Bookmark | undefined;
}

/** Reads until there are so many lines, and then for a moment more: there should be none. */
async function readLines({ log, source }: { log: LiveLog; source: LiveSource }, count: number): Promise<Read> {
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

async function untilTrouble({ log, source }: { log: LiveLog; source: LiveSource }): Promise<void> {
  for (let turn = 0; turn < 500 && log.state().state === 'followed'; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    source.look();
  }
}

function messages(lines: readonly string[]): unknown[] {
  return lines.map((line) => {
    const value: unknown = Reflect.get(Object(JSON.parse(line)), 'MESSAGE');
    return Array.isArray(value) ? Buffer.from(value).toString('latin1') : value;
  });
}

function cursorIn(bookmark: Bookmark | undefined): string {
  return bookmark?.type === 'journal' ? bookmark.cursor : '';
}

const failed = (n: number): Entry => ({ message: `Failed password for root from 203.0.113.${n} port 22 ssh2` });

describe.skipIf(!hasTools)('the journal', () => {
  it('gives the entries of the services, of all boots, whole: long and unprintable ones too', async () => {
    const directory = folder();
    const long = `Failed password for ${'x'.repeat(5_000)} from 203.0.113.2 port 22 ssh2`;
    await write(directory, [
      failed(1),
      { message: long },
      { message: Buffer.from('Failed password for r\xffot from 203.0.113.3 port 22 ssh2', 'latin1') },
      { message: 'a job', unit: 'cron.service' },
      { message: Buffer.from('two\nlines') },
      { ...failed(4), machine: 'f'.repeat(32) },
      { ...failed(5), boot: 1 },
    ]);
    const { lines, before, offsets } = await readLines(follow(directory), 5);
    expect(messages(lines)).toEqual([
      failed(1).message,
      long,
      'Failed password for r\xffot from 203.0.113.3 port 22 ssh2',
      'two\nlines',
      failed(5).message,
    ]);
    expect(cursorIn(before)).toMatch(/^since=\d+@0$/);
    expect(offsets[0]).toBe(0);
  });

  it('goes on behind a stored place, in another process, with the same offsets', async () => {
    const directory = folder();
    await write(directory, [failed(1), failed(2)]);
    const first = follow(directory);
    const { after, lines } = await readLines(first, 2);
    await first.source.close();
    await write(directory, [failed(3), { ...failed(4), boot: 1 }]);
    const next = follow(directory, cursorIn(after));
    const read = await readLines(next, 2);
    expect(messages(read.lines)).toEqual([failed(3).message, failed(4).message]);
    expect(read.before).toEqual(after);
    expect(read.offsets[0]).toBe(lines.join('\n').length + 1);
    expect(next.log.state()).toMatchObject({ state: 'followed', problems: [], behind: 0 });
  });

  it('follows what is written while it reads', async () => {
    const directory = folder();
    await write(directory, [failed(1)]);
    const following = follow(directory);
    expect((await readLines(following, 1)).lines).toHaveLength(1);
    await write(directory, [failed(2), failed(3)]);
    expect(messages((await readLines(following, 2)).lines)).toEqual([failed(2).message, failed(3).message]);
    expect(following.children).toHaveLength(1);
  });

  it('starts journalctl again when it is killed, and loses and doubles nothing', async () => {
    const directory = folder();
    const all = Array.from({ length: 40 }, (_, i) => failed(i));
    await write(directory, all.slice(0, 10));
    const following = follow(directory);
    const seen: unknown[] = [];
    for (let round = 1; round <= 4; round++) {
      seen.push(...messages((await readLines(following, 10)).lines));
      if (round === 4) break;
      following.children.at(-1)?.kill('SIGKILL');
      await write(directory, all.slice(round * 10, round * 10 + 10));
    }
    expect(seen).toEqual(all.map(({ message }) => message));
    expect(following.children).toHaveLength(4);
  });

  it('goes on with what is there when the stored entry is gone, and says so', async () => {
    const directory = folder();
    await write(directory, [failed(1), failed(2)]);
    const first = follow(directory);
    const { after } = await readLines(first, 2);
    await first.source.close();
    rmSync(join(directory, 'system.journal'));
    await write(directory, [failed(3), failed(4)], 'other');
    const next = follow(directory, cursorIn(after));
    expect(messages((await readLines(next, 2)).lines)).toEqual([failed(3).message, failed(4).message]);
    expect(next.log.state().problems[0]?.what).toContain('is gone');
    clock += 2 * 3_600_000;
    expect(next.log.state().problems).toEqual([]);
  });

  it('starts by time when a stored cursor is none', async () => {
    const directory = folder();
    await write(directory, [failed(1)]);
    const { lines } = await readLines(follow(directory, 'rubbish@12'), 1);
    expect(messages(lines)).toEqual([failed(1).message]);
  });

  it('leaves out an entry that is too long, counts it, and reads the ones around it', async () => {
    const directory = folder();
    await write(directory, [failed(1), { message: 'x'.repeat(300_000) }, failed(2)]);
    const following = follow(directory);
    expect(messages((await readLines(following, 2)).lines)).toEqual([failed(1).message, failed(2).message]);
    expect(following.log.state().problems[0]?.what).toBe('1 entries of more than 65536 bytes were left out');
  });

  it('tells of messages that journald dropped', async () => {
    const directory = folder();
    const fields = { N_DROPPED: '7', MESSAGE_ID: 'a596d6fe7bfa4994828e72309e95d61e' };
    await write(directory, [
      { message: 'Suppressed 7 messages from ssh.service', unit: 'systemd-journal.service', fields },
    ]);
    const following = follow(directory);
    await readLines(following, 1);
    expect(following.log.state().problems[0]?.what).toBe(
      'messages were dropped: Suppressed 7 messages from ssh.service',
    );
  });

  it('reads a large journal in pieces of at most 64 KiB', async () => {
    const directory = folder();
    const message = 'x'.repeat(2_000);
    await write(
      directory,
      Array.from({ length: 3_000 }, () => ({ message })),
    );
    const following = follow(directory);
    const { lines, offsets } = await readLines(following, 3_000);
    expect(lines).toHaveLength(3_000);
    expect(offsets.length).toBeGreaterThan(90);
    expect(following.log.state().bytes).toBe(lines.join('\n').length + 1);
  });

  it('waits for a journal that is not there yet', async () => {
    const directory = folder();
    const following = follow(join(directory, 'later'));
    await untilTrouble(following);
    expect(following.log.state()).toMatchObject({ state: 'waiting', problems: [{ what: 'there is no journal' }] });
    mkdirSync(join(directory, 'later'));
    await write(join(directory, 'later'), [failed(1)]);
    expect((await readLines(following, 1)).lines).toHaveLength(1);
    expect(following.log.state()).toMatchObject({ state: 'followed', problems: [] });
  });

  it('does not pass on a match that is an option', async () => {
    const directory = folder();
    await write(directory, [failed(1)]);
    const following = follow(directory, undefined, ['--vacuum-size=1', '_COMM=sshd', '/bin/sh']);
    expect((await readLines(following, 1)).lines).toHaveLength(1);
    expect(following.log.state().problems).toHaveLength(2);
    expect(existsSync(join(directory, 'system.journal'))).toBe(true);
  });
});

describe('the journal without journalctl', () => {
  const options = { host: 'web1', matches: MATCHES, cursor: undefined, clock: () => clock, onWake: () => undefined };

  it('says so', () => {
    const runner = (args: readonly string[]): RunningProgram => startProgram('rsjl-no-such-program', args);
    const { log, source } = open({ ...options, runner });
    expect(log.read()).toBeUndefined();
    source.look();
    const what = 'rsjl-no-such-program: is not installed';
    expect(log.state()).toMatchObject({ state: 'unreadable', problems: [{ what }] });
  });

  it.each([
    ['Hint: You are currently not seeing messages from other users and the system.', 'unreadable', 'no permission'],
    ['No journal files were opened due to insufficient permissions.', 'unreadable', 'no permission'],
    ['No journal files were found.', 'waiting', 'there is no journal'],
    ['Segmentation fault', 'unreadable', 'journalctl ended: Segmentation fault'],
  ])('tells what %j means', async (complaint, state, what) => {
    const script = join(folder(), 'journalctl');
    writeFileSync(script, `#!/bin/sh\necho '${complaint}' >&2\n`, { mode: 0o755 });
    const { log, source } = open({ ...options, runner: (args) => startProgram(script, args) });
    await untilTrouble({ log, source });
    expect(log.state().state).toBe(state);
    expect(log.state().problems[0]?.what).toContain(what);
  });

  it('stops reading when nobody takes the lines, and goes on when somebody does', async () => {
    const script = join(folder(), 'journalctl');
    const line = `{"__CURSOR":"s=1;i=1","MESSAGE":"${'x'.repeat(960)}"}`;
    writeFileSync(script, `#!/bin/sh\nyes '${line}' | head -n 8000\nsleep 60\n`, { mode: 0o755 });
    const following = open({ ...options, runner: (args) => startProgram(script, args) });
    for (let turn = 0; turn < 500 && following.log.state().behind < 1_048_576; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(following.log.state().behind).toBeLessThan(1_048_576 + 2 * 65_536);
    expect((await readLines(following, 8_000)).lines).toHaveLength(8_000);
  });
});
