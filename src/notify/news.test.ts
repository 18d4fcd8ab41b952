import { describe, expect, it } from 'vitest';
import type { Reason } from '../model.ts';
import { campaignOf, type Decided, type Known, newsOf } from './news.ts';

const threshold: Reason = { rule: 'threshold', score: 5, limit: 5, findTime: 600_000, kinds: {} };
const campaign: Reason = {
  ...{ rule: 'campaign', user: 'root', service: 'ssh', addresses: 120, findTime: 86_400_000, since: 1_000 },
};
const wide: Reason = { rule: 'wide', banned: 10, limit: 10, findTime: 1, size: 256, attacked: 12, members: [] };
const manual: Reason = { rule: 'manual', by: 'ana', why: '' };
const imported: Reason = { rule: 'imported', from: 'fail2ban-db', text: '' };

const news = (given: Partial<Decided>, known: Partial<Known> = {}): readonly string[] =>
  newsOf(
    { host: 'web1', reason: threshold, block: 'blocked', ...given },
    { network: true, kind: true, campaign: true, hosts: new Set(['web1']), ...known },
  );

describe('newsOf()', () => {
  it('tells nothing of what is as ever', () => {
    expect(news({})).toEqual([]);
    expect(news({}, { hosts: new Set() })).toEqual([]);
  });

  it.each<[string, readonly string[], Partial<Decided>, Partial<Known>]>([
    ['a new network', ['network'], {}, { network: false }],
    ['a new kind', ['kind'], {}, { kind: false }],
    ['an address that another host banned', ['hosts'], {}, { hosts: new Set(['mx']) }],
    ['an address that this host banned, too, before', [], {}, { hosts: new Set(['mx', 'web1']) }],
    ['a refused block', ['ineffective'], { block: 'refused' }, {}],
    ['a block without effect', ['ineffective'], { block: 'ineffective' }, {}],
    ['the first of a campaign', ['campaign'], { reason: campaign }, { campaign: false, network: false, kind: false }],
    ['the second of a campaign', [], { reason: campaign }, { network: false }],
    ['a whole network', ['wide'], { reason: wide }, { network: false }],
    ['a ban by hand', [], { reason: manual }, { network: false, kind: false }],
    ['a ban by hand without effect', ['ineffective'], { reason: manual, block: 'ineffective' }, {}],
    ['an imported ban', [], { reason: imported, block: 'refused' }, { network: false, kind: false }],
    ['a dry run', ['network'], { block: 'dry-run' }, { network: false }],
    [
      'all at once',
      ['ineffective', 'hosts', 'kind', 'network'],
      { block: 'refused' },
      {
        ...{ network: false, kind: false, hosts: new Set(['mx']) },
      },
    ],
  ])('of %s tells %j', (_, expected, given, known) => {
    expect(news(given, known)).toEqual(expected);
  });
});

describe('campaignOf()', () => {
  it('is the same for all bans of a campaign, and for no others', () => {
    expect(campaignOf({ ...campaign, addresses: 200 })).toBe(campaignOf(campaign));
    expect(campaignOf({ ...campaign, since: 2_000 })).not.toBe(campaignOf(campaign));
    expect(campaignOf(threshold)).toBeUndefined();
  });
});
