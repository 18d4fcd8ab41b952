/** What the tags of addresses take in texts that look like addresses: ours beside those of an installed fail2ban. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { subjectOf } from '../regex/subject.ts';
import { installedVersion, PROGRAM } from '../testing/original.ts';
import { FIELD, textOf } from './fields.ts';
import { Searcher } from './searcher.ts';

const version = installedVersion();
if (version === undefined)
  console.warn('src/fail2ban/filter/addresses-original.test.ts: no fail2ban is installed, skipped');

const SEARCH = `
import json, sys
sys.path.insert(0, sys.argv[1])
from fail2ban.server.failregex import FailRegex
answers = []
for source, hosts, texts in json.load(sys.stdin):
    one = FailRegex(source, useDns='yes' if hosts == 'names' else 'no')
    found = []
    for text in texts:
        one.search([(text, '', '')])
        groups = one.getGroups() if one.hasMatched() else None
        found.append(groups and [groups.get(name) for name in ('ip4', 'ip6', 'dns', 'cidr')])
    answers.append(found)
print(json.dumps(answers))
`;

const SOURCES = [
  ...[
    '<HOST>',
    '<ADDR>',
    '<IP6>',
    '<IP4>',
    '<SUBNET>',
    '^<HOST> - ',
    '^<ADDR>$',
    '\\S*<ADDR> failed',
    'from <HOST> port',
  ],
  ...['<F-IP6/>(?: |$)', '.*<ADDR>', '.*?<HOST>:', '\\[<IP6>\\]', '^(?:\\S+ )*<HOST>\\S* \\w+$'],
];
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: fc.constantFrom(...'019af:::::.'), maxLength: 9 }),
      fc.constantFrom(
        'from',
        'port',
        'failed',
        '-',
        '::',
        ':',
        '::ffff:192.0.2.7',
        '192.0.2.7',
        '2001:db8::7',
        '[::1]',
      ),
      fc.constantFrom('::ffffff:192.0.2.7', '1:2:3:4:5:6:7:8', '/64', 'host.example', 'x.:', 'é:'),
    ),
    { maxLength: 6 },
  )
  .chain((words) => fc.constantFrom(' ', '').map((between) => words.join(between)));

it.skipIf(version === undefined)('take the same', () => {
  const texts = fc.sample(text, { numRuns: 2_000, seed: 7 });
  const requests = (['names', 'addresses'] as const).flatMap((hosts) =>
    SOURCES.map((source) => ({ source, hosts, searcher: new Searcher(source, { hosts, multiline: false }) })),
  );
  const input = JSON.stringify(requests.map(({ source, hosts }) => [source, hosts, texts]));
  const output = execFileSync('python3', ['-c', SEARCH, PROGRAM], { encoding: 'utf8', input, maxBuffer: 1 << 26 });
  const theirs: ((string | null)[] | null)[][] = JSON.parse(output);
  let found = 0;
  // Before 1.1.0 no single colon could begin an address, and `::` alone was none.
  const isOlder = /^(?:0|1\.0)\./.test(version ?? '');
  const wrong = requests.flatMap(({ source, searcher }, i) =>
    texts.flatMap((each, k) => {
      const ours = taken(searcher, each);
      if (ours) found++;
      const expected = theirs[i]?.[k];
      if (isOlder && [ours?.[1], expected?.[1]].some((six) => /^:|:::/.test(six ?? ''))) return [];
      return JSON.stringify(ours) === JSON.stringify(expected) ? [] : [{ source, text: each, ours, expected }];
    }),
  );
  expect(wrong).toEqual([]);
  expect(found).toBeGreaterThan(5_000);
});

function taken(searcher: Searcher, line: string): readonly (string | null)[] | null {
  const match = searcher.search(subjectOf(`${line}\n`));
  if (!match) return null;
  const fields = searcher.fieldsOf(match);
  return [FIELD.ip4, FIELD.ip6, FIELD.dns, FIELD.cidr].map((field) => {
    const value = fields.get(field);
    return value === undefined ? null : textOf(value);
  });
}
