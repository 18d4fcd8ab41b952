/**
 * Any MMDB: the country table that is embedded, GeoLite2, DB-IP, IPinfo, ip-location-db. This file reads the metadata
 * and walks the tree; mmdb-value.ts reads the records, mmdb-record.ts understands them. Nothing in the file is
 * trusted: offsets are checked, the walk ends after 128 steps, a record has limits.
 */
import { basename } from 'node:path';
import { type Address, isIPv4, networkOf } from '../base/address.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { fieldsOf } from './field.ts';
import { readRecord } from './mmdb-record.ts';
import { type Value, ValueReader } from './mmdb-value.ts';
import { dateName, FIELDS, type Field, type OriginSource, type PartialOrigin } from './origin-source.ts';
import { DamagedData, PagedFile } from './paged-file.ts';

const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');

/** The format's own limit for the metadata at the end of the file. */
export const METADATA_LIMIT = 131_072;

/** Between the tree and the data lie 16 zero bytes. */
const SEPARATOR = 16;

/** Records and nodes that are looked at to learn which fields the file has: 64 records take 1 ms. */
const SURVEYED_RECORDS = 64;
const SURVEYED_NODES = 4_096;

interface Tree {
  readonly nodes: number;
  /** 24, 28 or 32 bits. */
  readonly recordSize: number;
  readonly version: 4 | 6;
  /** In bytes. */
  readonly size: number;
}

/** Where a walk ended: at a record, or at nothing. */
interface Leaf {
  readonly offset: number | undefined;
  readonly depth: number;
}

/** Whether the last bytes of a file hold an MMDB's metadata. */
export function isMmdb(file: { readonly tail: Buffer }): boolean {
  return file.tail.includes(MARKER);
}

/** `credit`: for a file that does not say itself whose it is. Throws a ProblemError when it is no readable MMDB. */
export function openMmdb(path: string, credit?: string): OriginSource {
  const file = new PagedFile(path);
  try {
    return new Mmdb(file, credit);
  } catch (error) {
    file.close();
    if (!(error instanceof DamagedData)) throw error;
    const what = `is not a readable MMDB: ${error.message}`;
    throw new ProblemError(EXIT.badData, { where: path, what, hint: 'download it again' }, { cause: error });
  }
}

class Mmdb implements OriginSource {
  readonly name: string;
  readonly date: string;
  readonly path: string;
  readonly gives: readonly Field[];
  readonly credit: string | undefined;
  faults = 0;
  readonly #file: PagedFile;
  readonly #tree: Tree;
  readonly #values: ValueReader;
  /** Where IPv4 begins in the tree: the node, and its depth. */
  readonly #start: { readonly node: number; readonly depth: number };

  constructor(file: PagedFile, credit: string | undefined) {
    const metadata = readMetadata(file);
    this.#file = file;
    this.#tree = treeOf(metadata, file.size);
    this.#values = new ValueReader(file, this.#tree.size + SEPARATOR);
    this.#start = this.#startOfIPv4();
    this.path = file.path;
    this.name = basename(file.path).replace(/\.mmdb$/, '');
    this.date = dateName(Number(metadata.get('build_epoch')) * 1000);
    this.credit = credit ?? creditOf(String(metadata.get('database_type')));
    this.gives = this.#survey();
  }

  lookup(address: Address): PartialOrigin | undefined {
    try {
      const { offset, depth } = this.#seek(address);
      if (offset === undefined) return undefined;
      const part = readRecord(this.#values.read(offset));
      // Without an ASN the tree's prefix is only how far its maker had to split, not a network that is announced.
      return part.asn === undefined ? part : { ...part, network: this.#network(address, depth) };
    } catch (error) {
      if (!(error instanceof DamagedData)) throw error;
      this.faults++;
      return undefined;
    }
  }

  close(): void {
    this.#file.close();
  }

  #seek(address: Address): Leaf {
    const v4 = isIPv4(address);
    if (!v4 && this.#tree.version === 4) return { offset: undefined, depth: 0 };
    const { nodes } = this.#tree;
    let node = v4 ? this.#start.node : 0;
    let depth = v4 ? this.#start.depth : 0;
    while (node < nodes && depth < 128) node = this.#child(node, bitOf(address, depth++));
    return { offset: this.#offsetOf(node), depth };
  }

  /** Where a record lies; undefined where the tree says "nothing". A tree deeper than an address is damaged. */
  #offsetOf(node: number): number | undefined {
    const { nodes, size } = this.#tree;
    if (node === nodes) return undefined;
    if (node < nodes + SEPARATOR) throw new DamagedData('a tree that points nowhere');
    return node - nodes + size;
  }

  /** IPv4 lies at ::/96 of a tree for IPv6; depths count as in the 128-bit form in either tree. */
  #startOfIPv4(): { node: number; depth: number } {
    if (this.#tree.version === 4) return { node: 0, depth: 96 };
    let node = 0;
    let depth = 0;
    while (depth < 96 && node < this.#tree.nodes) {
      node = this.#child(node, 0);
      depth++;
    }
    return { node, depth };
  }

  #child(node: number, bit: number): number {
    const { recordSize } = this.#tree;
    const at = (node * recordSize) / 4;
    if (recordSize !== 28) return this.#file.uint(at + (bit * recordSize) / 8, recordSize / 8);
    const middle = this.#file.uint(at + 3, 1);
    if (bit === 0) return (middle >> 4) * 0x100_0000 + this.#file.uint(at, 3);
    return (middle & 15) * 0x100_0000 + this.#file.uint(at + 4, 3);
  }

  #network(address: Address, depth: number): string | undefined {
    if (!isIPv4(address)) return networkOf(address, depth).text;
    return depth < 96 ? undefined : networkOf(address, depth - 96).text;
  }

  /**
   * Which fields the first records have, in the order of addresses. One that is damaged costs what it would have said;
   * when there is no other, the file is.
   */
  #survey(): Field[] {
    const seen = new Set<Field>();
    const records = new Set<number>();
    const stack = [0];
    let damage: DamagedData | undefined;
    for (let visited = 0; visited < SURVEYED_NODES && records.size < SURVEYED_RECORDS; visited++) {
      const node = stack.pop();
      if (node === undefined) break;
      try {
        for (const field of this.#visit(node, stack, records)) seen.add(field);
      } catch (error) {
        if (!(error instanceof DamagedData)) throw error;
        damage = error;
      }
    }
    if (damage && seen.size === 0) throw damage;
    if (seen.has('asn')) seen.add('network');
    return FIELDS.filter((field) => seen.has(field));
  }

  /** The fields of a record that was not seen before, or none; the children of a node are put on the stack. */
  #visit(node: number, stack: number[], records: Set<number>): readonly Field[] {
    if (node < this.#tree.nodes) {
      stack.push(this.#child(node, 1), this.#child(node, 0));
      return [];
    }
    const offset = this.#offsetOf(node);
    if (offset === undefined || records.has(offset)) return [];
    records.add(offset);
    return fieldsOf(readRecord(this.#values.read(offset)));
  }
}

function readMetadata(file: PagedFile): ReadonlyMap<string, Value> {
  const length = Math.min(file.size, METADATA_LIMIT);
  const tail = file.bytes(file.size - length, length);
  const marker = tail.lastIndexOf(MARKER);
  if (marker < 0) throw new DamagedData('it has no metadata');
  const start = file.size - length + marker + MARKER.length;
  const metadata = new ValueReader(file, start).read(start);
  if (!(metadata instanceof Map)) throw new DamagedData('its metadata are not a map');
  return metadata;
}

function treeOf(metadata: ReadonlyMap<string, Value>, fileSize: number): Tree {
  const nodes = metadata.get('node_count');
  const recordSize = metadata.get('record_size');
  const version = metadata.get('ip_version');
  if (metadata.get('binary_format_major_version') !== 2) throw new DamagedData('its format is not version 2');
  if (typeof nodes !== 'number' || nodes < 1) throw new DamagedData('its tree is empty');
  if (recordSize !== 24 && recordSize !== 28 && recordSize !== 32) throw new DamagedData('its record size is unknown');
  if (version !== 4 && version !== 6) throw new DamagedData('its IP version is unknown');
  const size = (nodes * recordSize) / 4;
  if (size + SEPARATOR > fileSize) throw new DamagedData('it is truncated');
  return { nodes, recordSize, version, size };
}

/** What the licenses of known makers want said. */
function creditOf(type: string): string | undefined {
  if (/^GeoLite2/.test(type)) return 'GeoLite2 data created by MaxMind, https://www.maxmind.com';
  if (/^DBIP-[A-Za-z-]+-Lite/.test(type)) return 'IP geolocation by DB-IP, https://db-ip.com, CC BY 4.0';
  return type.startsWith('ipinfo') ? 'IP address data powered by IPinfo, https://ipinfo.io, CC BY-SA 4.0' : undefined;
}

function bitOf(address: Address, depth: number): number {
  return (wordOf(address, depth >> 5) >>> (31 - (depth & 31))) & 1;
}

function wordOf(address: Address, index: number): number {
  if (index >= 2) return index === 2 ? address.w2 : address.w3;
  return index === 0 ? address.w0 : address.w1;
}
