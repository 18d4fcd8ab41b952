import { describe, expect, it } from 'vitest';
import { asNumber, coordinates, countryCode, dnsName, isHostName, mailAddress, organizationName } from './field.ts';
import { dateName } from './origin-source.ts';

describe('countryCode', () => {
  it.each([
    ['DE', 'DE'],
    ['de', 'DE'],
    ['XK', 'XK'],
    ['XX', undefined],
    ['EU', undefined],
    ['A1', undefined],
    ['DEU', undefined],
    ['', undefined],
    [49, undefined],
    [undefined, undefined],
  ])('takes %j as %j', (value, code) => {
    expect(countryCode(value)).toBe(code);
  });
});

describe('asNumber', () => {
  it.each([
    [64500, 64500],
    ['AS64500', 64500],
    ['as64500', 64500],
    ['64500', 64500],
    [4_294_967_295, 4_294_967_295],
    [4_294_967_296, undefined],
    [0, undefined],
    [-1, undefined],
    [1.5, undefined],
    [Number.NaN, undefined],
    ['AS', undefined],
    ['1e3', undefined],
    ['', undefined],
  ])('takes %j as %j', (value, asn) => {
    expect(asNumber(value)).toBe(asn);
  });
});

describe('organizationName', () => {
  it.each([
    ['  Example,\n Inc. ', 'Example, Inc.'],
    ['Ex\u001b[31mample', 'Ex\\x1b[31mample'],
    ['-', undefined],
    ['  ', undefined],
    [7, undefined],
  ])('takes %j as %j', (value, name) => {
    expect(organizationName(value)).toBe(name);
  });

  it('cuts what is longer than any name', () => {
    expect(organizationName('x'.repeat(100_000))).toHaveLength(200);
  });
});

describe('coordinates', () => {
  it.each([
    [52.524_400_001, -13.25, { latitude: 52.5244, longitude: -13.25 }],
    ['52.5', '-13.25', { latitude: 52.5, longitude: -13.25 }],
    [0, 13, { latitude: 0, longitude: 13 }],
    [0, 0, {}],
    [90.1, 0, {}],
    [0, 180.1, {}],
    [Number.NaN, 1, {}],
    ['', '', {}],
    [1, undefined, {}],
  ])('takes %j and %j as %j', (latitude, longitude, place) => {
    expect(coordinates(latitude, longitude)).toEqual(place);
  });
});

describe('dateName', () => {
  it.each([
    [0, '1970-01-01'],
    [Date.UTC(2026, 5, 17, 23, 59), '2026-06-17'],
    [Number.NaN, 'undated'],
    [1e300, 'undated'],
  ])('names %d %s', (epoch, name) => {
    expect(dateName(epoch)).toBe(name);
  });
});

describe('isHostName', () => {
  it.each([
    ['host7.example.net', true],
    ['under_score.example.net', true],
    ['xn--bcher-kva.example', true],
    ['7.113.0.203.dyn.example.net', true],
    [`${'a'.repeat(63)}.example`, true],
    [`${'a'.repeat(64)}.example`, false],
    [`${'a.'.repeat(126)}example`, false],
    ['localhost', false],
    ['203.0.113.7', false],
    ['1.2.3.0x7f', false],
    ['-a.example', false],
    ['a-.example', false],
    ['a..example', false],
    ['a.example.', false],
    ['a b.example', false],
    ['<b>.example', false],
    ['a\\010b.example', false],
    ['bücher.example', false],
    ['', false],
  ])('%j: %s', (name, is) => {
    expect(isHostName(name)).toBe(is);
  });
});

describe('dnsName', () => {
  it.each([
    ['host.example.net.', 'host.example.net'],
    ['a\u0007\u202eb', 'a\\x07\\u202eb'],
    ['', undefined],
    ['.', undefined],
    [7, undefined],
  ])('takes %j as %j', (value, name) => {
    expect(dnsName(value)).toBe(name);
  });

  it('keeps no more than a name may have', () => {
    expect(dnsName('a'.repeat(9_999))).toHaveLength(253);
  });
});

describe('mailAddress', () => {
  it.each([
    ['abuse@example.net', 'abuse@example.net'],
    ['mailto:abuse@example.net', 'abuse@example.net'],
    [' abuse@example.net ', 'abuse@example.net'],
    ["o'neil+abuse@sub.example.co.uk", "o'neil+abuse@sub.example.co.uk"],
    ['a.b@example.net', 'a.b@example.net'],
    ['.a@example.net', undefined],
    ['a..b@example.net', undefined],
    ['a@b@example.net', undefined],
    ['abuse@example.net?bcc=x@example.org', undefined],
    ['mailto:mailto:abuse@example.net', undefined],
    ['x'.repeat(10_000), undefined],
    [null, undefined],
  ])('takes %j as %j', (value, mail) => {
    expect(mailAddress(value)).toBe(mail);
  });
});
