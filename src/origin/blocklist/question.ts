/** The names that a blocklist is asked for (RFC 5782): octets or nibbles of an address, the last one first, then the zone. */
import { type Address, fromWords, isIPv4 } from '../../base/address.ts';

export function questionFor(address: Address, zone: string): string {
  return isIPv4(address) ? `${octets(address.w3)}.${zone}` : `${nibbles(address)}.${zone}`;
}

/** What every zone must answer to (RFC 5782, section 5), and so tell whether it works. */
export interface TestQuestions {
  /** 127.0.0.2, which is listed. */
  readonly listed: string;
  /** 127.0.0.1 and ::FFFF:7F00:1, which never are: a zone that is given up often lists everything. */
  readonly unlisted: readonly [v4: string, v6: string];
}

export function testQuestions(zone: string): TestQuestions {
  const [listed, unlisted] = [fromWords(0, 0, 0xffff, 0x7f000002), fromWords(0, 0, 0xffff, 0x7f000001)];
  return {
    listed: questionFor(listed, zone),
    unlisted: [questionFor(unlisted, zone), `${nibbles(unlisted)}.${zone}`],
  };
}

function octets(word: number): string {
  return [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24].join('.');
}

function nibbles({ w0, w1, w2, w3 }: Address): string {
  const digits = [w0, w1, w2, w3].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  return [...digits].reverse().join('.');
}
