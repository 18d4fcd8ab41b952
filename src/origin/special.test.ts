import { describe, expect, it } from 'vitest';
import { specialAddresses } from './special.ts';
import { address } from './testing/scratch.ts';

describe('specialAddresses', () => {
  const isSpecial = specialAddresses();

  it.each(
    (
      '0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.2.1 ' +
      '192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.251 255.255.255.255 :: ::1 ' +
      '2001:db8::1 3fff::1 fd00::1 fe80::1 ff02::1 100::1'
    ).split(' '),
  )('counts %s', (text) => {
    expect(isSpecial(address(text))).toBe(true);
  });

  it.each(
    '1.1.1.1 9.255.255.255 11.0.0.0 100.128.0.0 172.32.0.0 192.167.0.1 198.20.0.0 223.255.255.255 2001:4860::8888 2a00::1 64:ff9b::1'.split(
      ' ',
    ),
  )('does not count %s', (text) => {
    expect(isSpecial(address(text))).toBe(false);
  });
});
