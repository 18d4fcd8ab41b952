/** The journal, with real files of it, read by the real journalctl. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runProgram } from '../base/program.ts';
import { newestEntry } from './journal-probe.ts';
import {
  cleanUp,
  cursorIn,
  failed,
  folder,
  follow,
  hasTools,
  messages,
  readLines,
  untilTrouble,
  write,
} from './testing-journal.ts';

afterEach(cleanUp);

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
    const next = follow(directory, { cursor: cursorIn(after) });
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
    let time = Date.now();
    const next = follow(directory, { cursor: cursorIn(after), clock: () => time });
    expect(messages((await readLines(next, 2)).lines)).toEqual([failed(3).message, failed(4).message]);
    expect(next.log.state().problems[0]?.what).toContain('is gone');
    time += 2 * 3_600_000;
    expect(next.log.state().problems).toEqual([]);
  });

  it('starts by time when a stored cursor is none', async () => {
    const directory = folder();
    await write(directory, [failed(1)]);
    const { lines } = await readLines(follow(directory, { cursor: 'rubbish@12' }), 1);
    expect(messages(lines)).toEqual([failed(1).message]);
  });

  it('leaves out an entry that is too long, counts it, and reads the ones around it', async () => {
    const directory = folder();
    await write(directory, [failed(1), { message: 'x'.repeat(300_000) }, failed(2)]);
    const following = follow(directory);
    expect(messages((await readLines(following, 2)).lines)).toEqual([failed(1).message, failed(2).message]);
    expect(following.log.state().problems[0]?.what).toBe('entries of more than 65536 bytes that were left out: 1');
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
    const following = follow(directory, { matches: ['--vacuum-size=1', '_COMM=sshd', '/bin/sh'] });
    expect((await readLines(following, 1)).lines).toHaveLength(1);
    expect(following.log.state().problems).toHaveLength(2);
    expect(existsSync(join(directory, 'system.journal'))).toBe(true);
  });

  it('says until when old entries may still come', async () => {
    const directory = folder();
    await write(directory, [failed(1)]);
    const following = follow(directory);
    expect(following.log).toMatchObject({ isCatchingUp: true });
    for (let turn = 0; turn < 10; turn++) following.source.look();
    // What it has written by now has to be read first.
    await readLines(following, 1);
    for (let turn = 0; turn < 10; turn++) following.source.look();
    expect(following.log).toMatchObject({ isCatchingUp: false });
  });

  it('can be asked for the newest entry of a service', async () => {
    const directory = folder();
    await write(directory, [failed(1), { message: 'a job', unit: 'cron.service' }]);
    const ask = (matches: readonly string[]): ReturnType<typeof newestEntry> =>
      newestEntry(matches, (args) => runProgram('journalctl', ['--directory', directory, ...args]));
    const [any, ssh, none] = [await ask([]), await ask(['_COMM=nix', '_COMM=sshd']), await ask(['_COMM=nix'])];
    expect((any.newest ?? 0) - (ssh.newest ?? 0)).toBeGreaterThan(0);
    expect((any.newest ?? 0) - (ssh.newest ?? 0)).toBeLessThan(60_000);
    expect(none).toEqual({ newest: undefined });
    const gone = await newestEntry([], (args) => runProgram('journalctl', ['--directory', '/rsjl-none', ...args]));
    expect(gone).toMatchObject({ newest: undefined, problem: { what: 'there is no journal' } });
  });
});
