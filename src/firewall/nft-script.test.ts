import { expect, it } from 'vitest';
import { parseNetwork } from '../base/address.ts';
import { changeCommands, fillCommands, laneCommands, laneNamed, laneOf, setOf, tableCommands } from './nft-script.ts';
import { mergePorts } from './ports.ts';
import { Screening } from './screening.ts';

const SHAPE = {
  table: 'rapsheet',
  groups: [{ name: 'ssh', ports: [[22, 22] as const, [2200, 2210] as const, [2211, 2222] as const] }],
  hooks: ['input', 'forward'] as const,
  capacity: 1000,
  counters: true,
};

function subject(text: string) {
  const network = parseNetwork(text);
  if (!network) throw new RangeError(text);
  return network;
}

function wanted(texts: readonly string[], seconds: number) {
  const orders = texts.map((text) => ({ subject: subject(text), until: seconds * 1000, group: 'all' }));
  return new Screening(orders, { groups: [], hooks: [], clock: () => 0 }).wanted;
}

it('joins ports that overlap or touch', () => {
  expect(
    mergePorts([
      [80, 90],
      [22, 22],
      [85, 95],
      [96, 96],
      [23, 23],
      [443, 443],
    ]),
  ).toEqual([
    [22, 23],
    [80, 96],
    [443, 443],
  ]);
});

it('names sets so that they can be read back', () => {
  for (const [text, group] of [
    ['192.0.2.1', 'all'],
    ['2001:db8::/64', 'web_4_1'],
    ['192.0.0.0/16', '_'],
  ] as const) {
    const lane = laneOf(subject(text), group);
    expect(laneNamed(setOf(lane))).toEqual(lane);
  }
  expect(laneNamed('__set0')).toBeUndefined();
});

it('masks the source of a packet as long as the prefix is', () => {
  const rule = (text: string): string => laneCommands(SHAPE, laneOf(subject(text), 'all'))[1] ?? '';
  expect(rule('192.0.2.1')).toBe('add rule inet rapsheet group_all ip saddr @all_4_32 drop');
  expect(rule('192.0.0.0/17')).toContain('ip saddr & 255.255.128.0 @all_4_17 drop');
  expect(rule('2001:db8::/33')).toContain('ip6 saddr & ffff:ffff:8000:: @all_6_33 drop');
});

it('asks for the port of this host in input, and for the port that the client named in forward', () => {
  const commands = tableCommands(SHAPE, []);
  expect(commands.slice(0, 3)).toEqual([
    'add table inet rapsheet',
    'delete table inet rapsheet',
    'add table inet rapsheet',
  ]);
  expect(commands).toContain(
    'add rule inet rapsheet input meta l4proto { tcp, udp } th dport { 22, 2200-2222 } jump group_ssh',
  );
  expect(commands).toContain(
    'add rule inet rapsheet forward ct direction original meta l4proto { tcp, udp } ct original proto-dst { 22, 2200-2222 } jump group_ssh',
  );
});

it('adds, deletes and adds, so that the new end counts on every kernel', () => {
  const lanes = [[{ group: 'all', family: 4, prefix: 32 } as const]];
  const parts = { block: wanted(['192.0.2.1', '192.0.2.2'], 90_061), release: [subject('192.0.2.9')] };
  expect(changeCommands('rapsheet', lanes, parts)).toEqual([
    'add element inet rapsheet all_4_32 { 192.0.2.9 }',
    'delete element inet rapsheet all_4_32 { 192.0.2.9 }',
    'add element inet rapsheet all_4_32 { 192.0.2.1, 192.0.2.2 }',
    'delete element inet rapsheet all_4_32 { 192.0.2.1, 192.0.2.2 }',
    'add element inet rapsheet all_4_32 { 192.0.2.1 timeout 1d3661s, 192.0.2.2 timeout 1d3661s }',
  ]);
});

it.each([
  [1, '1s'],
  [86_399, '86399s'],
  [86_400, '1d'],
  [315_360_001, '3650d1s'],
])('writes %d seconds as nft takes them', (seconds, text) => {
  expect(fillCommands('t', wanted(['192.0.2.1'], seconds))).toEqual([
    `add element inet t all_4_32 { 192.0.2.1 timeout ${text} }`,
  ]);
});

it('writes no more than a thousand elements into one command', () => {
  const many = Array.from({ length: 2_500 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
  expect(fillCommands('t', wanted(many, 60)).map((command) => command.split(',').length)).toEqual([1000, 1000, 500]);
});
