/**
 * A client plants an address wherever any pattern lets something vary, and all filters look at the line, as they do on a
 * host: the address never comes out.
 */
import { expect, it } from 'vitest';
import { toLog } from '../base/text.ts';
import { compileFilter } from '../filter/compile.ts';
import { plantedIn, recognizeLine, sampleFilter } from '../filter/proof.ts';
import { loadConfig } from './config.ts';

const VICTIM = '198.51.100.99';

const { kinds: list, filters } = loadConfig({ program: '.', file: undefined });
const kinds = new Set(list.keys());
const all = sampleFilter(filters.flatMap((filter) => compileFilter(filter, kinds).patterns));

it.each(filters.map((filter) => [filter.name, filter] as const))('no line of %s names a victim', (_, filter) => {
  const lines = [...new Set(plantedIn(filter, kinds))];
  const taken = lines.flatMap((line) => {
    const attempt = recognizeLine(all, line);
    return attempt?.address.text === VICTIM ? [`${attempt.pattern.filter} ${attempt.pattern.number}: ${line}`] : [];
  });
  expect(taken.slice(0, 5)).toEqual([]);
  expect(lines.length).toBeGreaterThan(0);
});

it('every sample is what its filter says, when all look', () => {
  const others = filters.flatMap(({ name, hits }) =>
    hits.flatMap(({ line, attempt: wanted }) => {
      // Two applications behind one web server may have the same path: then either filter may tell.
      const attempt = recognizeLine(all, toLog(line));
      const isSame = attempt?.pattern.kind === wanted.kind && attempt.address.text === wanted.address;
      return isSame ? [] : [`${name}: ${attempt?.pattern.filter}: ${line}`];
    }),
  );
  expect(others).toEqual([]);
});

it('no miss of a filter is a hit of another, unless it is one of its own samples', () => {
  const samples = new Set(filters.flatMap(({ hits }) => hits.map(({ line }) => line)));
  const hit = filters.flatMap(({ name, misses }) =>
    misses.flatMap(({ line }) => {
      const attempt = samples.has(line) ? undefined : recognizeLine(all, toLog(line));
      return attempt && !attempt.pattern.success
        ? [`${name}: ${attempt.pattern.filter} ${attempt.pattern.number}: ${line}`]
        : [];
    }),
  );
  expect(hit).toEqual([]);
});

it.each([
  // Found by planting the messages of all filters into the lines of all others.
  [
    'a name that Dovecot refuses, and that is a whole message of its own',
    '2026-11-23T13:36:02.000000+00:00 mx dovecot: auth(?,203.0.113.8,sasl:plain): Username character disallowed by auth_username_chars: 0x20 (username: x auth(info,198.51.100.99,sasl:plain): pam: pam_authenticate() failed: Authentication failure (Password mismatch?)',
  ],
  [
    'the same, of Dovecot 2.3',
    '2026-11-23T13:36:02.000000+00:00 mx dovecot: auth: plain(?,203.0.113.8): Username character disallowed by auth_username_chars: 0x20 (username: x pam(info,198.51.100.99): pam_authenticate() failed: Authentication failure (Password mismatch?)',
  ],
])('%s is told of its sender', (_, line) => {
  expect(recognizeLine(all, line)?.address.text).toBe('203.0.113.8');
});
