import { describe, expect, it } from 'vitest';
import { parseNetwork } from '../base/address.ts';
import { ALL_PORTS, type BlockOrder, type FirewallOptions } from './firewall.ts';
import { familyOf, isSingle, prefixOf, Screening } from './screening.ts';

const NOW = 1_000_000;
const OPTIONS: FirewallOptions = { groups: [{ name: 'ssh', ports: [[22, 22]] }], hooks: ['input'], clock: () => NOW };

function subject(text: string): BlockOrder['subject'] {
  const network = parseNetwork(text);
  if (!network) throw new RangeError(text);
  return network;
}

function order(text: string, until: number, group = ALL_PORTS): BlockOrder {
  return { subject: subject(text), until, group };
}

describe('Screening', () => {
  it.each([
    [NOW + 1, 1],
    [NOW + 1_000, 1],
    [NOW + 1_001, 2],
    [NOW + 86_400_000, 86_400],
    [Number.POSITIVE_INFINITY, undefined],
    [Number.MAX_SAFE_INTEGER, undefined],
  ])('rounds an end up to whole seconds: %d', (until, seconds) => {
    const { wanted } = new Screening([order('192.0.2.1', until)], OPTIONS);
    expect(wanted.map((one) => one.seconds)).toEqual([seconds]);
  });

  it.each([
    [order('192.0.2.1', NOW), 'it was over before it could be made'],
    [order('192.0.2.1', Number.NaN), 'it was over before it could be made'],
    [order('192.0.2.1', NOW + 1, 'web'), 'the firewall has no group of ports named web'],
    [order('::/0', NOW + 1), 'it would block everybody'],
    [order('0.0.0.0/0', NOW + 1), 'it would block everybody'],
  ])('refuses %#', (bad, why) => {
    const screening = new Screening([bad], OPTIONS);
    expect(screening.wanted).toEqual([]);
    expect(screening.blocks(5)).toEqual([{ state: 'refused', at: 5, why }]);
  });

  it('joins orders for one subject and group to the latest end, and answers each', () => {
    const screening = new Screening(
      [
        order('192.0.2.1', NOW + 1_000),
        order('192.0.2.0/24', NOW + 1_000),
        order('192.0.2.1', NOW + 3_000),
        order('192.0.2.1', NOW + 2_000),
        order('192.0.2.1', NOW + 1_000, 'ssh'),
      ],
      OPTIONS,
    );
    expect(screening.wanted.map(({ subject: { text }, group, seconds }) => [text, group, seconds])).toEqual([
      ['192.0.2.1', 'all', 3],
      ['192.0.2.0/24', 'all', 1],
      ['192.0.2.1', 'ssh', 1],
    ]);
    for (const wanted of screening.wanted.slice(0, 1)) screening.refuse(wanted, 'full');
    expect(screening.blocks(5).map(({ state }) => state)).toEqual([
      ...['refused', 'blocked', 'refused', 'refused', 'blocked'],
    ]);
  });
});

it('tells families, prefixes and single addresses apart', () => {
  const texts = ['192.0.2.1', '192.0.2.0/24', '2001:db8::1', '2001:db8::/64'];
  const told = texts.map(subject).map((one) => [familyOf(one), prefixOf(one), isSingle(one)]);
  expect(told).toEqual([
    [4, 32, true],
    [4, 24, false],
    [6, 128, true],
    [6, 64, false],
  ]);
});
