/** A DNS server of our own on loopback, over UDP: it answers what a test says, also what no honest server would. No test in here. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

const TYPES: ReadonlyMap<number, 'A' | 'TXT'> = new Map([
  [1, 'A'],
  [16, 'TXT'],
]);

/** What a server says to a question. `silence`: nothing. Texts are latin1. */
export type Reply =
  | { readonly addresses: readonly string[]; readonly ttl?: number }
  | { readonly texts: readonly string[] }
  | 'none'
  | 'refused'
  | 'servfail'
  | 'silence'
  /** The flag that says that there is more over TCP, where nobody listens. */
  | 'truncated'
  /** Another question's number. */
  | 'mismatched'
  /** Bytes that are no message; a message that ends in the middle of a record. */
  | 'garbage'
  | 'half';

export interface Question {
  readonly name: string;
  readonly type: 'A' | 'TXT';
}

export interface DnsServer {
  readonly port: number;
  /** All questions so far, those asked again included. */
  readonly asked: readonly Question[];
  close(): Promise<void>;
}

export async function startDnsServer(reply: (question: Question) => Reply): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const asked: Question[] = [];
  socket.on('message', (message, from) => {
    const { question, end } = questionIn(message);
    asked.push(question);
    answer(socket, from, { message, end, reply: reply(question) });
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: socket.address().port,
    asked,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** A zone that works, with what is listed in it: a reversed address (`7.113.0.203`) and its answers. */
export function workingZone(zone: string, listed: Readonly<Record<string, Reply>> = {}): (question: Question) => Reply {
  return ({ name, type }) => {
    const reversed = name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : '';
    if (reversed === '2.0.0.127') return type === 'A' ? { addresses: ['127.0.0.2'] } : 'none';
    const reply = listed[reversed] ?? 'none';
    return type === 'A' || typeof reply === 'string' ? reply : { texts: [`see https://${zone}/${reversed}`] };
  };
}

function questionIn(message: Buffer): { readonly question: Question; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const type = TYPES.get(message.readUInt16BE(at + 1)) ?? 'A';
  return { question: { name: labels.join('.').toLowerCase(), type }, end: at + 5 };
}

function answer(
  socket: Socket,
  { port, address }: RemoteInfo,
  { message, end, reply }: { readonly message: Buffer; readonly end: number; readonly reply: Reply },
): void {
  if (reply === 'silence') return;
  const head = Buffer.alloc(12);
  message.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 + codeOf(reply), 2);
  head.writeUInt16BE(1, 4);
  if (reply === 'truncated') head.writeUInt16BE(0x8380, 2);
  if (reply === 'mismatched') head.writeUInt16BE(message.readUInt16BE(0) ^ 1, 0);
  const records = typeof reply === 'string' ? [] : recordsOf(reply);
  head.writeUInt16BE(reply === 'half' ? 1 : records.length, 6);
  const whole = Buffer.concat([head, message.subarray(12, end), ...records]);
  socket.send(reply === 'garbage' ? Buffer.from(whole.map((byte) => byte ^ 0xa5)) : whole, port, address);
}

function codeOf(reply: Reply): number {
  const codes: Readonly<Record<string, number>> = { none: 3, refused: 5, servfail: 2 };
  return typeof reply === 'string' ? (codes[reply] ?? 0) : 0;
}

function recordsOf(reply: Exclude<Reply, string>): Buffer[] {
  if ('addresses' in reply) {
    return reply.addresses.map((address) => record(1, reply.ttl ?? 300, Buffer.from(address.split('.').map(Number))));
  }
  return reply.texts.map((text) => {
    const bytes = Buffer.from(text, 'latin1');
    const parts = [...Array(Math.ceil(bytes.length / 255) || 1).keys()].map((n) =>
      bytes.subarray(n * 255, n * 255 + 255),
    );
    return record(16, 300, Buffer.concat(parts.flatMap((part) => [Buffer.from([part.length]), part])));
  });
}

/** Of the name that was asked for. */
function record(type: number, ttl: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttl, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
