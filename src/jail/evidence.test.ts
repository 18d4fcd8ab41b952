import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAddress } from '../base/address.ts';
import type { Attempt } from '../model.ts';
import { EvidenceRing } from './evidence.ts';

const bytes = fc.uint8Array({ maxLength: 90 }).map((codes) => String.fromCharCode(...codes));

function attempt(line: string, user: string | undefined, target: string | undefined): Attempt {
  const address = parseAddress('2001:db8::7');
  if (!address) throw new RangeError('address');
  return {
    time: 1_727_956_801_123,
    address,
    pattern: {
      filter: 'f',
      number: 2,
      service: 'ssh',
      kind: 'ssh.login',
      voice: undefined,
      syslog: true,
      success: false,
    },
    user,
    target,
    file: { host: 'h', path: 'a.log', modified: 0 },
    offset: 2 ** 40,
    count: 1,
    session: '',
    line,
  };
}

it('EvidenceRing gives back every byte, as long as it holds it', () => {
  const text = fc.option(bytes, { nil: undefined });
  fc.assert(
    fc.property(fc.array(fc.tuple(bytes, text, text), { minLength: 1, maxLength: 30 }), (lines) => {
      const ring = new EvidenceRing(1 << 12);
      const places = lines.map(([line, user, target]) => ring.write(attempt(line, user, target), 3));
      let held = 0;
      for (const [i, [line, user, target]] of lines.entries()) {
        const found = ring.read(places[i] ?? -1);
        if (!found) continue;
        held++;
        expect(found).toMatchObject({
          line,
          count: 3,
          offset: 2 ** 40,
          path: 'a.log',
          address: { text: '2001:db8::7' },
        });
        expect([found.user, found.target]).toEqual([user, target]);
      }
      expect(held).toBeGreaterThanOrEqual(Math.min(lines.length, 10));
      expect(ring.read(places.at(-1) ?? -1)).toBeDefined();
    }),
  );
});

it('EvidenceRing gives an attempt with the lines that it needs, as long as it holds them', () => {
  const ring = new EvidenceRing(1 << 12);
  const one = attempt('three', 'u', 't');
  const other = { host: 'h', path: 'a.log.1', modified: 0 };
  const earlier = [
    { file: other, offset: 9, line: 'one' },
    { file: one.file, offset: 0, line: 'two' },
  ];
  const alone = ring.write(attempt('alone', undefined, undefined), 1);
  const place = ring.write({ ...one, earlier }, 1);
  const after = ring.write(attempt('after', undefined, undefined), 1);
  const read = (at: number): unknown[] =>
    ring.readAll(at).map(({ line, path, offset, count, user, target }) => [line, path, offset, count, user, target]);
  expect(read(place)).toEqual([
    ['one', 'a.log.1', 9, 0, 'u', undefined],
    ['two', 'a.log', 0, 0, 'u', undefined],
    ['three', 'a.log', 2 ** 40, 1, 'u', 't'],
  ]);
  expect([read(alone).length, read(after).length]).toEqual([1, 1]);
  for (let i = 0; i < 200; i++) ring.write(attempt('x'.repeat(90), undefined, undefined), 1);
  expect(read(place)).toEqual([]);
});
