/** Writes small MMDBs for the tests, well-formed or not: `raw` puts any bytes where a value should be. */
import { type Network, parseNetwork } from '../../base/address.ts';

/** What a record is made of; a Buffer stands for itself, byte for byte. */
export type Plain = string | number | boolean | Buffer | readonly Plain[] | { readonly [key: string]: Plain };

export interface MmdbShape {
  readonly version?: 4 | 6;
  readonly recordSize?: 24 | 28 | 32;
  /** Replaces what the metadata say. */
  readonly metadata?: Readonly<Record<string, Plain>>;
}

type Child = Node | { readonly offset: number } | undefined;
interface Node {
  children: [Child, Child];
  index: number;
}

export const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');

/** Longer networks inside of shorter ones are taken out of them, as the makers' tools do. */
export function mmdbBytes(entries: Readonly<Record<string, Plain>>, shape: MmdbShape = {}): Buffer {
  const { version = 6, recordSize = 24 } = shape;
  const root: Node = { children: [undefined, undefined], index: 0 };
  const records: Buffer[] = [];
  let size = 0;
  const networks = Object.keys(entries).map(networkFrom);
  for (const network of networks.sort((a, b) => a.bits - b.bits)) {
    const record = encode(entries[network.text] ?? '');
    insert(root, pathOf(network, version), { offset: size });
    records.push(record);
    size += record.length;
  }
  const tree = treeBytes(root, recordSize);
  const metadata = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: Date.UTC(2026, 5, 17) / 1000,
    database_type: 'test',
    description: { en: 'for tests' },
    ip_version: version,
    languages: ['en'],
    node_count: (tree.length * 4) / recordSize,
    record_size: recordSize,
    ...shape.metadata,
  };
  return Buffer.concat([tree, Buffer.alloc(16), ...records, MARKER, encode(metadata)]);
}

/** One value in the format's encoding. Integers take the smallest type, other numbers are doubles. */
export function encode(value: Plain): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'boolean') return control(14, value ? 1 : 0);
  if (typeof value === 'number') return encodeNumber(value);
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const pairs = Object.entries(value);
  return Buffer.concat([control(7, pairs.length), ...pairs.flatMap(([key, item]) => [encode(key), encode(item)])]);
}

/** The bytes in front of a value: its type, its size. */
export function control(type: number, size: number): Buffer {
  const extended = type > 7 ? [type - 7] : [];
  const high = (type > 7 ? 0 : type) << 5;
  if (size < 29) return Buffer.from([high | size, ...extended]);
  if (size < 285) return Buffer.from([high | 29, ...extended, size - 29]);
  if (size < 65_821) return Buffer.from([high | 30, ...extended, (size - 285) >> 8, (size - 285) & 255]);
  const rest = size - 65_821;
  return Buffer.from([high | 31, ...extended, rest >> 16, (rest >> 8) & 255, rest & 255]);
}

/** A pointer of two bytes, to less than 2048 bytes after the start of the data. */
export function pointer(to: number): Buffer {
  return Buffer.from([0x20 | (to >> 8), to & 255]);
}

function encodeNumber(value: number): Buffer {
  if (!Number.isInteger(value)) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return Buffer.concat([control(3, 8), bytes]);
  }
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return Buffer.concat([control(bytes.length > 4 ? 9 : 6, bytes.length), bytes]);
}

function networkFrom(text: string): Network {
  const network = parseNetwork(text);
  if (!network) throw new Error(`${text} is not a network`);
  return network;
}

function pathOf({ base, bits }: Network, version: 4 | 6): number[] {
  const isMapped = base.w0 === 0 && base.w1 === 0 && base.w2 === 0xffff;
  const words = [base.w0, base.w1, isMapped ? 0 : base.w2, base.w3];
  const all = Array.from({ length: bits }, (_, i) => ((words[i >> 5] ?? 0) >>> (31 - (i & 31))) & 1);
  return version === 4 ? all.slice(96) : all;
}

function insert(root: Node, path: readonly number[], leaf: { readonly offset: number }): void {
  let node = root;
  for (const [i, bit] of path.entries()) {
    const side = bit === 0 ? 0 : 1;
    if (i === path.length - 1) {
      node.children[side] = leaf;
      return;
    }
    const child = node.children[side];
    const next: Node = child && 'children' in child ? child : { children: [child, child], index: 0 };
    node.children[side] = next;
    node = next;
  }
}

function treeBytes(root: Node, recordSize: number): Buffer {
  const nodes: Node[] = [];
  const queue: Node[] = [root];
  for (let node = queue.shift(); node; node = queue.shift()) {
    node.index = nodes.length;
    nodes.push(node);
    for (const child of node.children) if (child && 'children' in child) queue.push(child);
  }
  const recordOf = (child: Child): number => {
    if (!child) return nodes.length;
    return 'children' in child ? child.index : nodes.length + 16 + child.offset;
  };
  return Buffer.concat(
    nodes.map(({ children }) => nodeBytes(recordOf(children[0]), recordOf(children[1]), recordSize)),
  );
}

function nodeBytes(left: number, right: number, recordSize: number): Buffer {
  const bytes = Buffer.alloc(recordSize / 4);
  if (recordSize === 28) {
    bytes.writeUIntBE(left & 0xff_ffff, 0, 3);
    bytes[3] = ((left >>> 24) << 4) | (right >>> 24);
    bytes.writeUIntBE(right & 0xff_ffff, 4, 3);
    return bytes;
  }
  bytes.writeUIntBE(left, 0, recordSize / 8);
  bytes.writeUIntBE(right, recordSize / 8, recordSize / 8);
  return bytes;
}
