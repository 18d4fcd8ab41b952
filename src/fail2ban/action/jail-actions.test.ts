import { expect, it } from 'vitest';
import { AROUND, BAN, factsOf, NOW } from '../testing/facts.ts';
import { ActionCommands } from './action-commands.ts';
import type { Execute } from './command-action.ts';
import { JailActions } from './jail-actions.ts';
import { QUEUE_MAX } from './queue.ts';

const PLAIN = { actionban: 'ban <ip>', actionunban: 'unban <ip>', actionprolong: 'prolong <ip> <bantime>' };

/** Jail actions that run nothing; `execute` is told what they would run. */
function jailOf(actions: Readonly<Record<string, Record<string, string>>>, execute: Execute): JailActions {
  const commands = Object.entries(actions).map(([name, options]) => {
    const properties = new Map(Object.entries({ ...PLAIN, ...options }));
    return new ActionCommands({ name, file: name, properties, files: [], problems: [] }, { hasIPv6: true });
  });
  return new JailActions('gate', commands, {
    contextOf: () => ({ around: AROUND, execute }),
    clock: () => NOW,
    onFault: (_, error) => expect.fail(String(error)),
  });
}

function recording(): { readonly ran: string[]; readonly execute: Execute } {
  const ran: string[] = [];
  return {
    ran,
    execute: async ({ text }) => {
      ran.push(text);
      return true;
    },
  };
}

const banOf = (ip: string, until = NOW + 600_000) => ({ key: ip, until, facts: factsOf({ ...BAN, ip }) });

it('undoes bans when they are over, and not before', async () => {
  const { ran, execute } = recording();
  const jail = jailOf({ one: {} }, execute);
  jail.ban(banOf('192.0.2.7', NOW + 1_000));
  jail.ban(banOf('192.0.2.8', Number.POSITIVE_INFINITY));
  jail.turn(NOW + 1_000);
  await jail.settled();
  expect([ran.length, jail.banned, jail.bannedTotal]).toEqual([2, 2, 2]);
  jail.turn(NOW + 1_001);
  jail.turn(NOW + 1e12);
  await jail.settled();
  expect([ran.slice(2), jail.banned, jail.bannedTotal]).toEqual([['unban 192.0.2.7'], 1, 2]);
});

it('tells of a ban once, and of its new end when it is longer', async () => {
  const { ran, execute } = recording();
  const jail = jailOf({ one: {}, other: { actionprolong: '' } }, execute);
  jail.ban(banOf('192.0.2.7'));
  jail.ban(banOf('192.0.2.7'));
  jail.ban({ ...banOf('192.0.2.7', NOW + 900_000), facts: factsOf({ ...BAN, bantime: 900 }) });
  jail.turn(NOW + 800_000);
  await jail.settled();
  expect(ran).toEqual(['ban 192.0.2.7', 'ban 192.0.2.7', 'prolong 192.0.2.7 900']);
});

it('an action that takes its time holds up no other', async () => {
  const ran: string[] = [];
  let finish: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => (finish = resolve));
  const jail = jailOf({ block: {}, mail: { actionban: 'mail <ip>' } }, async ({ text }) => {
    ran.push(text);
    if (text.startsWith('mail')) await slow;
    return true;
  });
  for (const ip of ['192.0.2.7', '192.0.2.8', '192.0.2.9']) jail.ban(banOf(ip));
  await new Promise((resolve) => setImmediate(resolve));
  expect(ran).toEqual(['ban 192.0.2.7', 'mail 192.0.2.7', 'ban 192.0.2.8', 'ban 192.0.2.9']);
  expect(jail.states.map(({ waiting }) => waiting)).toEqual([0, 3]);
  finish();
  await jail.settled();
  expect(ran.slice(4)).toEqual(['mail 192.0.2.8', 'mail 192.0.2.9']);
});

it('who finds no room in a queue is told of later, or not at all when it is over', async () => {
  const { ran, execute } = recording();
  const jail = jailOf({ one: {} }, execute);
  const ip = (index: number): string => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
  for (let index = 0; index < QUEUE_MAX + 3; index++) jail.ban(banOf(ip(index)));
  jail.unban(ip(QUEUE_MAX + 1));
  expect(jail.states).toMatchObject([{ missed: 2 }]);
  await jail.settled();
  jail.turn(NOW);
  await jail.settled();
  expect(ran.slice(QUEUE_MAX)).toEqual([`ban ${ip(QUEUE_MAX)}`, `ban ${ip(QUEUE_MAX + 2)}`]);
  expect(jail.states).toMatchObject([{ missed: 0, waiting: 0, failures: 0 }]);
});

it('counts what fails', async () => {
  const jail = jailOf({ one: {} }, async () => false);
  jail.ban(banOf('192.0.2.7'));
  await jail.settled();
  expect(jail.states).toEqual([{ name: 'one', state: 'idle', waiting: 0, missed: 0, failures: 1 }]);
});
