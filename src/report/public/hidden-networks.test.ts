/** Networks that must not be told, found by number as they are by comparing with each. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contains, isIPv4, parseNetwork } from '../../base/address.ts';
import { HiddenNetworks, wordsOf } from './hidden-networks.ts';
import { networksOf } from './privacy.ts';

/** Few and close together, so that they often lie in each other. */
const network = fc
  .oneof(
    fc.tuple(fc.constantFrom('192.0.2.0', '192.0.2.128', '192.0.3.0', '198.51.100.7'), fc.integer({ min: 0, max: 32 })),
    fc.tuple(
      fc.constantFrom('2001:db8::', '2001:db8:0:1::', '2001:db8::1', '::ffff:0:1:0:0'),
      fc.integer({ min: 0, max: 128 }),
    ),
  )
  .map(([base, bits]) => parseNetwork(`${base}/${bits}`))
  .filter((found) => found !== undefined);

test('holds() and areHeldBy() are comparisons with each of them', () => {
  let held = 0;
  fc.assert(
    fc.property(fc.array(network, { maxLength: 6 }), network, (ours, asked) => {
      const hidden = new HiddenNetworks(ours);
      const words = [9, ...Object.values(wordsOf(asked))];
      const isCustomer = !isIPv4(asked.base) && asked.bits >= 64 && asked.bits < 128;
      const lies = ours.some((one) => one.bits <= asked.bits && contains(one, asked.base));
      const around = isCustomer && ours.some((one) => one.bits >= asked.bits && contains(asked, one.base));

      expect(hidden.holds(words, 1, asked.bits)).toBe(lies);
      expect(hidden.areHeldBy(words, 1, asked.bits)).toBe(around);
      held += lies || around ? 1 : 0;
    }),
    { numRuns: 500 },
  );
  expect(held).toBeGreaterThan(20);
});

test('without any network nothing is hidden', () => {
  const [one = expect.fail()] = networksOf(['192.0.2.1']);
  expect(new HiddenNetworks([]).holds(wordsOf(one), 0, one.bits)).toBe(false);
});
