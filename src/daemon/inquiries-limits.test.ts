import { expect, it } from 'vitest';
import { type Address, fromWords } from '../base/address.ts';
import { silentLog } from '../base/log.ts';
import type { Attempt } from '../model.ts';
import type { Checked, Listing } from '../origin/blocklist.ts';
import { Inquiries } from './inquiries.ts';
import { testConfig } from './testing.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const nature = { filter: 'postfix', number: 4, service: 'mail', voice: undefined, syslog: true, success: false };

function attempt(n: number, kind = 'mail.relay'): Attempt {
  const address = fromWords(0, 0, 0xffff, 0xcb007100 + n);
  return {
    ...{ time: NOW, address, pattern: { ...nature, kind }, user: undefined, target: 'b@example.org', offset: n },
    ...{ count: 1, session: '1', line: `line ${n}`, file: { host: 'mx', path: 'mail.log', modified: 0 } },
  };
}

/** With lists that answer when they are told to. */
function openInquiries(protects: (address: string) => boolean = () => false) {
  const answers = new Map<string, (listings: readonly Listing[]) => void>();
  const lookup = (address: Address): Promise<readonly Listing[]> =>
    new Promise((resolve) => answers.set(address.text, resolve));
  const checked: string[] = [];
  const check = async (address: Address): Promise<Checked> => {
    checked.push(address.text);
    return { listings: [], unlisted: ['zen.spamhaus.org'] };
  };
  const rest = {
    check,
    look: () => undefined,
    problems: () => new Map(),
    counts: [],
    dropped: 7,
    close: () => undefined,
  };
  const inquiries = new Inquiries({
    options: { clock: () => NOW, log: silentLog, world: { openBlocklists: () => ({ lookup, ...rest }) } },
    config: testConfig('/nonexistent'),
    neverBan: { of: ({ base }) => (protects(base.text) ? { why: 'me', strength: 'always' } : undefined) },
    wake: () => undefined,
  });
  return { inquiries, answers, checked };
}

const listing: Listing = {
  ...{ zone: 'zen.spamhaus.org', code: '127.0.0.2', meaning: 'SBL', reason: 'x'.repeat(300) },
  ...{ counts: true, checkedAt: NOW },
};

it('asks about so many at a time, counts who is left out, and forgets who was answered', async () => {
  const { inquiries, answers } = openInquiries();
  for (let n = 0; n < 1_500; n++) inquiries.see(attempt(n), 1);
  expect([answers.size, inquiries.dropped]).toEqual([1_000, 507]);
  // About one address once, however often it comes.
  inquiries.see(attempt(0), 1);
  expect(answers.size).toBe(1_000);
  for (const answer of answers.values()) answer([]);
  await Promise.resolve();
  inquiries.see(attempt(1_499), 1);
  expect([answers.size, inquiries.take()]).toEqual([1_001, []]);
});

it('gives what was found once, with all that counts and no more', async () => {
  const { inquiries, answers } = openInquiries();
  for (const n of [1, 2, 3]) inquiries.see(attempt(n), 2);
  inquiries.see(attempt(4, 'mail.auth'), 1);
  // A daemon before this one had judged it.
  inquiries.known(attempt(3));
  const drop = { ...listing, code: '127.0.0.9', meaning: 'DROP' };
  const other = { ...listing, zone: 'bl.example.net', meaning: undefined };
  answers.get('203.0.113.1')?.([listing, drop, { ...listing, code: '127.0.0.10', counts: false }, other]);
  answers.get('203.0.113.2')?.([{ ...listing, counts: false }]);
  answers.get('203.0.113.3')?.([listing]);
  await Promise.resolve();
  const [found, ...others] = inquiries.take();
  expect([others, inquiries.take()]).toEqual([[], []]);
  expect(found).toMatchObject({
    ...{ time: NOW, offset: 1, count: 2, line: 'line 1' },
    pattern: { filter: '(blocklists)', service: 'mail', kind: 'mail.relay.listed', voice: undefined },
  });
  expect(found?.target).toMatch(
    /^zen\.spamhaus\.org \(127\.0\.0\.2 SBL, 127\.0\.0\.9 DROP\): x{300}; bl\.example\.net \(127/,
  );
  expect(found?.target?.length).toBe(500);
});

it('does not wait for lists that are no longer asked', async () => {
  const { inquiries, answers } = openInquiries();
  inquiries.see(attempt(1), 1);
  inquiries.use(testConfig('/nonexistent'));
  answers.get('203.0.113.1')?.([listing]);
  await Promise.resolve();
  expect(inquiries.take()).toEqual([]);
});

it('asks about banned addresses for the record, but not about who is protected, nor when it has ended', async () => {
  const { inquiries, checked } = openInquiries((address) => address === '203.0.113.2');
  const [one, two] = [attempt(1).address, attempt(2).address];
  expect(await inquiries.check(one)).toEqual({ listings: [], unlisted: ['zen.spamhaus.org'] });
  expect(await inquiries.check(two)).toBeUndefined();
  inquiries.close();
  expect([await inquiries.check(one), checked]).toEqual([undefined, [one.text]]);
});
