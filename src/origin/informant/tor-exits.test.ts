import { renameSync, rmSync, truncateSync, utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { address, scratch } from '../testing/scratch.ts';
import { torExits } from './tor-exits.ts';

const files = scratch();
const DAY = Date.UTC(2026, 10, 1) / 1_000;
const signal = new AbortController().signal;

function listOf(name: string, text: string): string {
  const path = files.write(name, text);
  utimesSync(path, DAY, DAY);
  return path;
}

async function isExit(one: ReturnType<typeof torExits>, text: string): Promise<unknown> {
  const reply = await one.ask(address(text), signal);
  return reply.state === 'answered' ? Reflect.get(reply.finding.answer, 'isExit') : reply;
}

describe('torExits()', () => {
  it('says of each address whether it is in the list, and from which day the list is', async () => {
    const path = listOf('exits.txt', '# Tor\n192.0.2.1\n\n  2001:0db8::0001  # home\r\nnonsense\n192.0.2.999\n');
    const one = torExits({ clock: () => 7, path });
    expect(await one.ask(address('192.0.2.1'), signal)).toEqual({
      state: 'answered',
      finding: {
        address: address('192.0.2.1'),
        at: 7,
        source: 'exits.txt 2026-11-01',
        answer: { about: 'tor-exit', isExit: true },
      },
    });
    expect(await Promise.all(['2001:db8::1', '192.0.2.2', '2001:db8::2'].map((text) => isExit(one, text)))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('understands the list that the project publishes', async () => {
    const text =
      'ExitNode 0011BD2485AD45D984EC4159C88FC066E5E3300E\nPublished 2026-11-01 01:02:03\n' +
      'LastStatus 2026-11-01 02:00:00\nExitAddress 192.0.2.55 2026-11-01 02:10:11\n';
    const one = torExits({ clock: () => 0, path: listOf('exit-addresses', text) });
    expect([await isExit(one, '192.0.2.55'), await isExit(one, '192.0.2.10')]).toEqual([true, false]);
  });

  it('reads the list again when it changes, in place or by renaming', async () => {
    const path = listOf('changing.txt', '192.0.2.1\n');
    const one = torExits({ clock: () => 0, path });
    expect(await isExit(one, '192.0.2.1')).toBe(true);
    renameSync(files.write('new.txt', '192.0.2.2\n'), path);
    expect([await isExit(one, '192.0.2.1'), await isExit(one, '192.0.2.2')]).toEqual([false, true]);
    files.write('changing.txt', '192.0.2.33\n');
    expect([await isExit(one, '192.0.2.2'), await isExit(one, '192.0.2.33')]).toEqual([false, true]);
  });

  it('knows nothing while there is no list, and says what is wrong until there is', async () => {
    const path = `${files.folder}/late.txt`;
    const one = torExits({ clock: () => 0, path });
    const why = `${path} cannot be read: ENOENT`;
    expect(await isExit(one, '192.0.2.1')).toEqual({ state: 'failed', why });
    expect(one.trouble).toBe(why);
    listOf('late.txt', '192.0.2.1\n');
    expect([await isExit(one, '192.0.2.1'), one.trouble]).toEqual([true, undefined]);
    rmSync(path);
    expect(await isExit(one, '192.0.2.1')).toEqual({ state: 'failed', why });
  });

  it.each([
    ['an empty file', '', 'there is no address in it'],
    ['a page of a captive portal', '<html>sign in</html>', 'there is no address in it'],
  ])('does not take %s for a list without exits', async (_, text, what) => {
    const path = listOf('bad.txt', text);
    const one = torExits({ clock: () => 0, path });
    for (let i = 0; i < 2; i++)
      expect(await isExit(one, '192.0.2.1')).toEqual({ state: 'failed', why: `${path} cannot be read: ${what}` });
  });

  it('does not read a file that is too large to be one', async () => {
    const path = listOf('large.txt', '192.0.2.1\n');
    truncateSync(path, 5_000_000);
    const one = torExits({ clock: () => 0, path });
    expect(await isExit(one, '192.0.2.1')).toMatchObject({ why: expect.stringContaining('more than 4194304 bytes') });
  });
});
