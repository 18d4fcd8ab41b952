import { describe, expect, it } from 'vitest';
import type { JailFile } from '../config/jail-file.ts';
import { AROUND, BAN, factsOf, NOW } from '../testing/facts.ts';
import { Ignoring, readIgnoreCommand } from './ignore-command.ts';

function jailWith(options: Record<string, string>): JailFile {
  return {
    ...{
      name: 'gate',
      place: 'jail.conf:1 [gate]',
      placeOf: (option) => `jail.conf:2 [gate] ${option}`,
      backend: 'auto',
      actions: [],
      logPaths: [],
      ignoreIp: [],
      problems: [],
    },
    limits: { maxRetry: 1, maxMatches: 1, findTime: 600, banTime: 600 },
    options: new Map(Object.entries(options)),
  };
}

describe('readIgnoreCommand()', () => {
  it('has the command, its file and how answers are remembered', () => {
    expect(readIgnoreCommand(jailWith({}))).toBeUndefined();
    const options = {
      ignorecommand: ' /opt/is-bot <ip>',
      ignorecache: 'key="<F-USER>@<ip>", max-count=10, max-time=5m',
    };
    expect(readIgnoreCommand(jailWith(options))).toEqual({
      ...{ text: '/opt/is-bot <ip>', file: '/opt/is-bot' },
      cache: { key: '<F-USER>@<ip>', maxCount: 10, maxTimeMs: 300_000 },
    });
  });

  it.each(['max-count=1', 'key="<ip>", max-count=many', 'key="<ip>", max-time=soon'])('refuses %s', (ignorecache) => {
    expect(() => readIgnoreCommand(jailWith({ ignorecommand: 'true', ignorecache }))).toThrow('[gate] ignorecache');
  });
});

describe('Ignoring', () => {
  it('asks each time, and takes only 0 for a yes', async () => {
    const statuses = [0, 1, 2, null];
    const asked: string[] = [];
    const ignoring = new Ignoring({ text: 'x <ip>', file: undefined, cache: undefined }, AROUND, async ({ text }) => {
      asked.push(text);
      return statuses[asked.length - 1] ?? null;
    });
    const answers = [];
    for (const _ of statuses) answers.push(await ignoring.isIgnored(factsOf(BAN)));
    expect([answers, asked]).toEqual([[true, false, false, false], Array(4).fill('x 192.0.2.7')]);
  });

  it('remembers as many answers as it may, for as long', async () => {
    let [now, asked] = [NOW, 0];
    const cache = { key: '<ip>', maxCount: 2, maxTimeMs: 1_000 };
    const around = { ...AROUND, clock: () => now };
    const ignoring = new Ignoring({ text: 'x', file: undefined, cache }, around, async () => {
      asked++;
      return 0;
    });
    const ask = async (ip: string): Promise<number> => {
      expect(await ignoring.isIgnored(factsOf({ ...BAN, ip }))).toBe(true);
      return asked;
    };
    expect([await ask('192.0.2.1'), await ask('192.0.2.1'), await ask('192.0.2.2'), await ask('192.0.2.1')]).toEqual([
      1, 1, 2, 2,
    ]);
    expect([await ask('192.0.2.3'), await ask('192.0.2.1')]).toEqual([3, 4]);
    now += 1_000;
    expect(await ask('192.0.2.1')).toBe(5);
  });
});
