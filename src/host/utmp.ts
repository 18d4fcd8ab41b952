/** utmp: who is logged in, in binary records. Debian has none since version 13; others still write it. */
import { type Address, fromWords, parseAddress } from '../base/address.ts';
import { fromLog, printable } from '../base/text.ts';
import { withoutZone } from './addresses.ts';
import type { Session } from './facts.ts';

/** A record, and where the address stands in it. The C library of a few machines has longer times. */
interface Layout {
  readonly size: number;
  readonly address: number;
}

const USUAL: Layout = { size: 384, address: 348 };
const LONG: Layout = { size: 400, address: 360 };
const LONG_MACHINES: ReadonlySet<string> = new Set(['arm64', 'riscv64', 'loong64']);
/** Type of a record: a person's session. */
const USER_PROCESS = 7;

/** A session and the process that leads it: a record may outlive it. */
export interface UtmpSession extends Session {
  readonly leader: number;
}

/** Sessions from elsewhere. `machine`: as in `process.arch`. */
export function sessionsOfUtmp(bytes: Buffer, machine: string): UtmpSession[] {
  const { size, address: addressAt } = layoutOf(bytes.length, machine);
  const sessions: UtmpSession[] = [];
  for (let at = 0; at + size <= bytes.length; at += size) {
    const record = bytes.subarray(at, at + size);
    const little = record[0] === USER_PROCESS;
    if (!little && !(record[0] === 0 && record[1] === USER_PROCESS)) continue;
    const address = addressOf(record, addressAt);
    if (!address) continue;
    const leader = little ? record.readInt32LE(4) : record.readInt32BE(4);
    sessions.push({ address, leader, terminal: textOf(record, 8, 32), user: textOf(record, 44, 32) });
  }
  return sessions;
}

function layoutOf(length: number, machine: string): Layout {
  const [first, second] = LONG_MACHINES.has(machine) ? [LONG, USUAL] : [USUAL, LONG];
  return length % first.size !== 0 && length % second.size === 0 ? second : first;
}

/** The address of who logged in: as numbers, in the order of the network, else as the text that the service wrote. */
function addressOf(record: Buffer, at: number): Address | undefined {
  const [w0, w1, w2, w3] = [0, 4, 8, 12].map((offset) => record.readInt32BE(at + offset));
  if (w1 || w2 || w3) return fromWords(w0 ?? 0, w1 ?? 0, w2 ?? 0, w3 ?? 0);
  if (w0) return fromWords(0, 0, 0xffff, w0);
  return parseAddress(withoutZone(textOf(record, 76, 256)));
}

function textOf(record: Buffer, at: number, length: number): string {
  const field = record.subarray(at, at + length);
  const end = field.indexOf(0);
  return printable(fromLog(field.toString('latin1', 0, end < 0 ? length : end)));
}
