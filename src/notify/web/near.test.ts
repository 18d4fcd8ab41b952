import { expect, it } from 'vitest';
import { FAR_CODE, isNear, lookupNear } from './near.ts';

it.each([
  ['127.0.0.1', true],
  ['127.255.0.9', true],
  ['10.1.2.3', true],
  ['172.16.0.1', true],
  ['172.32.0.1', false],
  ['192.168.1.1', true],
  ['169.254.1.1', true],
  ['100.64.0.1', false],
  ['203.0.113.7', false],
  ['0.0.0.0', false],
  ['::1', true],
  ['fd00::1', true],
  ['fe80::1', true],
  ['::ffff:10.0.0.1', true],
  ['::ffff:203.0.113.7', false],
  ['2001:db8::1', false],
  ['localhost', false],
])('%s is near: %s', (address, near) => {
  expect(isNear(address)).toBe(near);
});

it.each([
  ['203.0.113.7', undefined, FAR_CODE],
  ['192.168.7.7', '192.168.7.7', undefined],
  ['localhost', expect.stringMatching(/^(?:127\.|::1$)/), undefined],
])('looks up addresses that plain text may go to: %s', async (name, address, code) => {
  for (const all of [false, true]) {
    const found = await new Promise<[string | undefined, string | undefined]>((resolve) => {
      lookupNear(name, { all }, (error, given) =>
        resolve([Array.isArray(given) ? given[0]?.address : given, error?.code]),
      );
    });
    expect(found).toEqual([address, code]);
  }
});
