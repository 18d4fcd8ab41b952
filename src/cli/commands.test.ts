import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { COMMANDS, loadAsked } from './commands.ts';

const all = COMMANDS.flatMap(([, commands]) => commands);

it.each(all.map((listed) => [listed.name, listed] as const))('says of %s what it says of itself', async (_, listed) => {
  const { load, ...line } = listed;
  const command = await load();
  expect({ name: command.name(), usage: command.usage(), description: command.description() }).toEqual(line);
});

it('lists every command', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => !/^testing|\.test\.ts$/.test(name));
  const made = files.filter((name) =>
    /^export function \w+Command\(\)/m.test(readFileSync(join(import.meta.dirname, name), 'utf8')),
  );
  expect(made).toHaveLength(all.length);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});

it.each([
  [['replay', '/var/log'], 'replay'],
  [['help', 'report'], 'report'],
  [['client', 'status'], 'client'],
  [['--', 'status', 'client'], 'status'],
  [['--help'], undefined],
  [['help'], undefined],
  [['replai'], undefined],
  [[], undefined],
] as const)('loads for %j only what is asked for', async (words, asked) => {
  const load = loadAsked(words);
  const commands = await Promise.all(all.map(async (listed) => load(listed)));
  // The line of a command has no options.
  expect(commands.filter(({ options }) => options.length > 0).map((command) => command.name())).toEqual(
    asked === undefined ? [] : [asked],
  );
});
