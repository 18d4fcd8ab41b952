/** Writes small location.db files (LOCDBXX, version 1) for the tests, with parts in the order of the real file. */
import { parseNetwork } from '../../base/address.ts';

export interface LocationContent {
  /** `XX` when left away, as the makers' tool writes it. */
  readonly networks: Readonly<
    Record<string, { readonly country?: string; readonly asn?: number; readonly flags?: number }>
  >;
  readonly ases?: Readonly<Record<number, string>>;
  /** Seconds since 1970. */
  readonly created?: number;
}

const HEADER = 8192;
const NONE = 0xffff_ffff;

export function locationBytes(content: LocationContent): Buffer {
  const pool = new Pool();
  const license = pool.add('CC BY-SA 4.0');
  const ases = Object.entries(content.ases ?? {}).map(([number, name]) => words(Number(number), pool.add(name)));
  const nodes: Array<[zero: number, one: number, network: number]> = [[0, 0, NONE]];
  const networks = Object.entries(content.networks).map(([text, { country = 'XX', asn = 0, flags = 0 }], index) => {
    insert(nodes, text, index);
    return Buffer.concat([Buffer.from(`${country}\0\0`), words(asn, flags << 16)]);
  });
  const parts = [
    Buffer.concat(ases),
    Buffer.concat(networks),
    Buffer.concat(nodes.map((node) => words(...node))),
    Buffer.alloc(0),
    pool.bytes(),
  ];
  const header = Buffer.alloc(HEADER);
  header.write('LOCDBXX\x01', 'latin1');
  header.writeBigUInt64BE(BigInt(content.created ?? Date.UTC(2022, 9, 23) / 1000), 8);
  header.writeUInt32BE(license, 24);
  let offset = HEADER;
  for (const [i, part] of parts.entries()) {
    header.writeUInt32BE(offset, 28 + i * 8);
    header.writeUInt32BE(part.length, 32 + i * 8);
    offset += part.length;
  }
  return Buffer.concat([header, ...parts]);
}

class Pool {
  #bytes = Buffer.from('\0');

  add(text: string): number {
    const at = this.#bytes.length;
    this.#bytes = Buffer.concat([this.#bytes, Buffer.from(`${text}\0`)]);
    return at;
  }

  bytes(): Buffer {
    return this.#bytes;
  }
}

function insert(nodes: Array<[number, number, number]>, text: string, network: number): void {
  const parsed = parseNetwork(text);
  if (!parsed) throw new Error(`${text} is not a network`);
  const address = [parsed.base.w0, parsed.base.w1, parsed.base.w2, parsed.base.w3];
  let at = 0;
  for (let depth = 0; depth < parsed.bits; depth++) {
    const bit = ((address[depth >> 5] ?? 0) >>> (31 - (depth & 31))) & 1;
    const node = nodes[at] ?? [0, 0, NONE];
    const side = bit === 0 ? 0 : 1;
    if (node[side] === 0) node[side] = nodes.push([0, 0, NONE]) - 1;
    at = node[side];
  }
  const node = nodes[at];
  if (node) node[2] = network;
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, i * 4);
  return bytes;
}
