import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromWords, networkOf } from '../base/address.ts';
import { HostNumbers } from './hosts.ts';
import { SubjectKeys } from './subject-keys.ts';

const word = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 1, 2 ** 31 - 1, -(2 ** 31)));
const four = fc.tuple(word, fc.integer({ min: 0, max: 32 })).map(([w3, bits]) => {
  return networkOf(fromWords(0, 0, 0xffff, w3), bits);
});
const six = fc.tuple(word, word, fc.integer({ min: 0, max: 128 })).map(([w1, w3, bits]) => {
  return networkOf(fromWords(0x20010db8, w1, 0, w3), bits);
});
const about = fc.record({ host: fc.constantFrom('web1', 'web2', 'mail'), subject: fc.oneof(four, six) });

it('a key tells the host and the subject that it is of, and no others have it', () => {
  fc.assert(
    fc.property(fc.array(about, { maxLength: 40 }), (all) => {
      const keys = new SubjectKeys(new HostNumbers());
      const texts = new Map<number | string, string>();
      for (const { host, subject } of all) {
        const key = keys.of(host, subject);
        const text = `${host} ${subject.text}`;
        expect(texts.get(key) ?? text).toBe(text);
        texts.set(key, text);
        expect(keys.partsOf(key)).toEqual({ host, subject });
      }
      expect(new Set(texts.values()).size).toBe(texts.size);
    }),
  );
});
