/**
 * What counts as a value of each field, whoever says it. Everything that a database or a table holds passes through
 * here: what is out of range, empty or a placeholder is unknown.
 */
import { printable } from '../base/text.ts';
import type { Field, PartialOrigin } from './origin-source.ts';

/** The longest names in the registries have about 100 characters; more is damage or mischief. */
const NAME_LENGTH = 200;

/** Codes that data sets print for "no country": unknown, hostile, all of Europe, all of Asia, Tor. */
const NO_COUNTRY = new Set(['XX', 'ZZ', 'XD', 'EU', 'AP', 'T1']);

export function countryCode(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z][A-Za-z]$/.test(value)) return undefined;
  const code = value.toUpperCase();
  return NO_COUNTRY.has(code) ? undefined : code;
}

/** From a number, `AS64500` or `64500`. 0 stands for "not announced". */
export function asNumber(value: unknown): number | undefined {
  const number =
    typeof value === 'string' && /^(?:[Aa][Ss])?\d+$/.test(value) ? Number(value.replace(/^\D+/, '')) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) return undefined;
  return number > 0 && number <= 0xffff_ffff ? number : undefined;
}

export function organizationName(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const name = printable(value.slice(0, NAME_LENGTH).trim().replace(/\s+/g, ' '));
  return name === '' || name === '-' ? undefined : name;
}

/** The longest name that the DNS has, written out (RFC 1035). */
const HOST_NAME_LENGTH = 253;
/** Of a local part and of a whole mail address (RFC 5321). */
const MAIL_LENGTH = 254;

/** A name as the DNS tells it, harmless and of a sane length. Not every such name may be looked up: `isHostName`. */
export function dnsName(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const name = printable(value.slice(0, HOST_NAME_LENGTH).replace(/\.$/, ''));
  return name === '' ? undefined : name;
}

/** Whether a name is made of labels as hosts have them; one that ends in digits would be taken for an address. */
export function isHostName(name: string): boolean {
  return (
    name.length <= HOST_NAME_LENGTH &&
    /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{1,63}$/.test(name) &&
    !/(?:^|\.)(?:\d+|0[xX][0-9a-fA-F]*)$/.test(name)
  );
}

/** A plain address, as complaints can be sent to: no quotes, no comments, no name, nothing that a mail header could act on. */
export function mailAddress(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > MAIL_LENGTH + 'mailto:'.length) return undefined;
  const [, local = '', domain = ''] =
    /^(?:mailto:)?([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64})@([^@]+)$/.exec(value.trim()) ?? [];
  const isPlain = local !== '' && !/^[.-]|\.\.|\.$/.test(local);
  return isPlain && isHostName(domain) ? `${local}@${domain}` : undefined;
}

/** Both or none. 0, 0 lies in the Gulf of Guinea and is what data sets hold when they do not know. */
export function coordinates(latitude: unknown, longitude: unknown): Pick<PartialOrigin, 'latitude' | 'longitude'> {
  const north = degrees(latitude, 90);
  const east = degrees(longitude, 180);
  if (north === undefined || east === undefined || (north === 0 && east === 0)) return {};
  return { latitude: north, longitude: east };
}

/** The fields of which a partial origin has a value. */
export function fieldsOf(part: PartialOrigin): Field[] {
  const fields: Field[] = [];
  if (part.country !== undefined) fields.push('country');
  if (part.asn !== undefined) fields.push('asn');
  if (part.organization !== undefined) fields.push('organization');
  if (part.network !== undefined) fields.push('network');
  if (part.type !== undefined) fields.push('type');
  if (part.latitude !== undefined) fields.push('coordinates');
  return fields;
}

function degrees(value: unknown, limit: number): number | undefined {
  const number = typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !(Math.abs(number) <= limit)) return undefined;
  // A ten-thousandth of a degree is 11 meters, finer than any such data; floats would print as 52.37019729614258.
  return Math.round(number * 10_000) / 10_000;
}
