import { describe, expect, it, onTestFinished } from 'vitest';
import { parseNetwork } from '../base/address.ts';
import { silentLog } from '../base/log.ts';
import { ALL_PORTS, type Firewall, FirewallError } from '../firewall/firewall.ts';
import { memoryFirewall } from '../firewall/memory.ts';
import type { Block } from '../model.ts';
import { Enforcer } from './enforcer.ts';
import { Problems } from './problems.ts';
import type { Target } from './target.ts';
import { until } from './testing.ts';

const HOUR = 3_600_000;

function target(text: string, end = HOUR, more: Partial<Target> = {}): Target {
  const subject = parseNetwork(text);
  if (!subject) throw new RangeError(text);
  const row = { id: 1 };
  return { subject, jail: 'ssh', group: ALL_PORTS, from: 0, until: end, isOld: false, row, isAnswered: false, ...more };
}

function bench(dry = false) {
  const world = { now: 0, wanted: [] as Target[], forbidden: new Set<string>(), limit: Number.POSITIVE_INFINITY };
  const clock = () => world.now;
  const firewall = memoryFirewall({ groups: [{ name: 'g1', ports: [[22, 22]] }], hooks: ['input'], clock });
  const [blocks, unblockable, changes]: [Array<[string, Block]>, string[], string[]] = [[], [], []];
  const problems = new Problems({ log: silentLog, clock });
  const opened: Firewall[] = [];
  const enforcer = new Enforcer({
    ...{ clock, log: silentLog, problems },
    open: dry
      ? undefined
      : async () => {
          opened.push(firewall);
          return firewall;
        },
    forbids: ({ subject }) => (world.forbidden.has(subject.text) ? 'he is a friend' : undefined),
    onForbidden: ({ subject }) => void unblockable.push(subject.text),
    onBlock: ({ subject }, block) => void blocks.push([subject.text, block]),
    wanted: () => world.wanted,
    limit: () => world.limit,
    onForeignChange: (who) => void changes.push(who),
  });
  onTestFinished(() => enforcer.close());
  const listed = async () => (await firewall.list()).map(({ subject, until: end }) => `${subject.text} ${end}`).sort();
  return { world, firewall, enforcer, blocks, unblockable, changes, problems, opened, listed };
}

describe('Enforcer', () => {
  it('tells the kernel of bans and of their ends, and says what became of each', async () => {
    const { enforcer, blocks, listed } = bench();
    enforcer.enforce([target('203.0.113.1'), target('203.0.113.2')]);
    enforcer.enforce([target('203.0.113.3')]);
    await enforcer.settled();
    expect(await listed()).toEqual(['203.0.113.1 3600000', '203.0.113.2 3600000', '203.0.113.3 3600000']);
    const block: Block = { state: 'blocked', at: 0 };
    expect(blocks).toEqual([1, 2, 3].map((n) => [`203.0.113.${n}`, block]));
    enforcer.release([target('203.0.113.2').subject]);
    await enforcer.settled();
    expect([(await listed()).length, enforcer.state.blocked, enforcer.state.queued]).toEqual([2, 2, 0]);
  });

  it('refuses who must not be blocked, and what has ended', async () => {
    const { enforcer, blocks, unblockable, world } = bench();
    world.now = 10;
    world.forbidden.add('203.0.113.1');
    enforcer.enforce([target('203.0.113.1'), target('203.0.113.2', 5)]);
    await enforcer.settled();
    expect(blocks.map(([subject, block]) => [subject, block.state, 'why' in block ? block.why : ''])).toEqual([
      ['203.0.113.1', 'refused', 'never blocked: he is a friend'],
      ['203.0.113.2', 'refused', 'it had ended before it was made'],
    ]);
    expect(unblockable).toEqual(['203.0.113.1']);
  });

  it('makes the kernel hold what is wanted, less who must not be blocked, and nothing else', async () => {
    const { enforcer, firewall, unblockable, world, listed } = bench();
    await firewall.replace([{ subject: target('203.0.113.9').subject, until: HOUR, group: ALL_PORTS }]);
    world.wanted = [target('203.0.113.1'), target('203.0.113.2'), target('203.0.113.3', -1)];
    world.forbidden.add('203.0.113.2');
    enforcer.reconcile('a test');
    await enforcer.settled();
    expect([await listed(), unblockable]).toEqual([['203.0.113.1 3600000'], ['203.0.113.2']]);
  });

  it('makes no block longer than the limit of a trial', async () => {
    const { enforcer, world, listed } = bench();
    world.limit = 600_000;
    enforcer.enforce([target('203.0.113.1'), target('203.0.113.2', 5_000)]);
    await enforcer.settled();
    expect(await listed()).toEqual(['203.0.113.1 600000', '203.0.113.2 5000']);
  });

  it('tries again, loses nothing, and lets go what was released meanwhile', async () => {
    const { enforcer, firewall, world, problems, listed, opened } = bench();
    firewall.fail(new FirewallError('nft hangs', { hint: 'look at it' }));
    world.wanted = [target('203.0.113.1')];
    enforcer.enforce([target('203.0.113.1'), target('203.0.113.2')]);
    await enforcer.settled();
    expect(problems.list()).toMatchObject([{ what: 'bans are not in effect: nft hangs', hint: 'look at it' }]);
    expect(enforcer.state).toMatchObject({ blocked: 0, queued: 2 });
    enforcer.release([target('203.0.113.2').subject]);
    firewall.fail(undefined);
    await until(() => enforcer.state.queued === 0, 'another try');
    await enforcer.settled();
    expect([await listed(), problems.list(), opened.length]).toEqual([['203.0.113.1 3600000'], [], 2]);
  });

  it('repairs what somebody else flushed, and says who', async () => {
    const { enforcer, firewall, world, changes, listed } = bench();
    world.wanted = [target('203.0.113.1')];
    enforcer.reconcile('start');
    await enforcer.settled();
    firewall.flush('iptables');
    await until(() => changes.length > 0, 'the repair');
    await enforcer.settled();
    expect([changes, await listed()]).toEqual([['iptables'], ['203.0.113.1 3600000']]);
  });

  it('keeps since when a block is there over a reconciliation', async () => {
    const { enforcer, world } = bench();
    const wanted = target('203.0.113.1');
    enforcer.enforce([wanted]);
    await enforcer.settled();
    world.now = 5_000;
    world.wanted = [wanted];
    enforcer.reconcile('a test');
    await enforcer.settled();
    expect(enforcer.held(wanted.subject)?.at).toBe(0);
  });

  it('knows what it holds, and forgets what has ended', async () => {
    const { enforcer, world } = bench();
    enforcer.enforce([target('203.0.113.1', 100), target('203.0.113.2')]);
    await enforcer.settled();
    world.now = 100;
    enforcer.prune(100);
    expect([...enforcer.allHeld()].map(({ subject }) => subject.text)).toEqual(['203.0.113.2']);
    expect(await enforcer.listed()).toMatchObject([{ subject: { text: '203.0.113.2' } }]);
  });

  it('tells no firewall anything in a dry run', async () => {
    const { enforcer, blocks } = bench(true);
    enforcer.enforce([target('203.0.113.1')]);
    enforcer.release([target('203.0.113.2').subject]);
    enforcer.reconcile('a test');
    await enforcer.settled();
    expect([blocks, enforcer.isDry, enforcer.state.queued, await enforcer.listed()]).toEqual([
      [['203.0.113.1', { state: 'dry-run' }]],
      true,
      0,
      [],
    ]);
  });

  it('lets a queue go that is too long, for all of it to be compared', async () => {
    const { enforcer, firewall, world, listed } = bench();
    firewall.fail(new FirewallError('away'));
    const text = (n: number): string => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
    world.wanted = [target('203.0.113.1')];
    enforcer.enforce(Array.from({ length: 200_001 }, (_, n) => target(text(n))));
    expect(enforcer.state.queued).toBe(0);
    firewall.fail(undefined);
    await until(() => enforcer.state.blocked === 1, 'the comparison');
    expect(await listed()).toEqual(['203.0.113.1 3600000']);
  });
});
