/**
 * IPFire Location's location.db (format "LOCDBXX", version 1), read where it lies. A tree of 12-byte nodes (child for
 * 0, child for 1, network) over 128-bit addresses, a table of networks (country, ASN, flags), a table of ASNs sorted by
 * number, a pool of text. All integers are big-endian. Its signature is its makers' and their tool's business: we do
 * not check it. Of the flags (anonymous proxy, satellite, anycast, hostile) the first is read.
 */
import { type Address, isIPv4, networkOf } from '../base/address.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { countryCode, organizationName } from './field.ts';
import { dateName, type OriginSource, type PartialOrigin } from './origin-source.ts';
import { DamagedData, PagedFile } from './paged-file.ts';

/** The magic and the version in the byte that follows it. */
const MAGIC = Buffer.from('LOCDBXX\x01', 'latin1');

/** A node without a network; child 0 means "no child", because no child is the root. */
const NO_NETWORK = 0xffff_ffff;
const NODE = 12;
const NETWORK = 12;
const AS = 8;
/** Networks of VPNs and proxies, as far as its makers know them. */
const ANONYMOUS_PROXY = 1;

/** No name in the registries is longer; the pool's texts end with a zero byte. */
const MOST_TEXT = 256;

/** A part of the file: entries of a fixed size, or text. */
interface Part {
  readonly offset: number;
  readonly length: number;
}

interface Header {
  readonly created: number;
  readonly license: number;
  readonly ases: Part;
  readonly networks: Part;
  readonly tree: Part;
  readonly pool: Part;
}

/** Where a walk is: the node, how many bits led to it, and the last network on the way. */
interface Place {
  readonly node: number;
  readonly depth: number;
  readonly network: number;
  readonly prefix: number;
}

export function isLocation(file: { readonly head: Buffer }): boolean {
  return file.head.subarray(0, MAGIC.length).equals(MAGIC);
}

/** Throws a ProblemError when the file is no location.db, or one that lacks a part. */
export function openLocation(path: string): OriginSource {
  const file = new PagedFile(path);
  try {
    return new LocationDatabase(file);
  } catch (error) {
    file.close();
    if (!(error instanceof DamagedData)) throw error;
    const what = `is not a readable location.db: ${error.message}`;
    const hint = 'install libloc-database again, or run `location update`';
    throw new ProblemError(EXIT.badData, { where: path, what, hint }, { cause: error });
  }
}

class LocationDatabase implements OriginSource {
  readonly name = 'location.db';
  readonly date: string;
  readonly path: string;
  readonly gives = ['country', 'asn', 'organization', 'network', 'type'] as const;
  readonly credit: string;
  faults = 0;
  readonly #file: PagedFile;
  readonly #header: Header;
  /** Where ::ffff:0:0/96 begins: nine look-ups of ten start there. */
  readonly #startOfIPv4: Place;

  constructor(file: PagedFile) {
    this.#file = file;
    this.#header = readHeader(file);
    this.path = file.path;
    this.date = dateName(this.#header.created * 1000);
    const license = organizationName(this.#text(this.#header.license)) ?? 'CC BY-SA 4.0';
    this.credit = `IPFire Location, https://location.ipfire.org, ${license}`;
    const root = { node: 0, depth: 0, network: NO_NETWORK, prefix: 0 };
    this.#startOfIPv4 = this.#walk(root, { w0: 0, w1: 0, w2: 0xffff, w3: 0, text: '' }, 96);
  }

  lookup(address: Address): PartialOrigin | undefined {
    try {
      return this.#find(address);
    } catch (error) {
      if (!(error instanceof DamagedData)) throw error;
      this.faults++;
      return undefined;
    }
  }

  close(): void {
    this.#file.close();
  }

  #find(address: Address): PartialOrigin | undefined {
    const v4 = isIPv4(address);
    const start = v4 ? this.#startOfIPv4 : { node: 0, depth: 0, network: NO_NETWORK, prefix: 0 };
    const { network, prefix } = this.#walk(start, address, 128);
    if (network === NO_NETWORK || (v4 && prefix < 96)) return undefined;
    const at = this.#entry(this.#header.networks, network, NETWORK);
    const country = countryCode(this.#file.text(at, 2));
    const asn = this.#file.uint(at + 4, 4);
    const type = (this.#file.uint(at + 8, 2) & ANONYMOUS_PROXY) === 0 ? undefined : 'vpn';
    // Without an ASN the network is what a registry allocated, not one that is announced.
    if (asn === 0) return { country, type };
    const organization = organizationName(this.#nameOfAs(asn));
    return { country, asn, organization, type, network: networkOf(address, v4 ? prefix - 96 : prefix).text };
  }

  /** Follows the address's bits until the tree ends or `depth` bits are done; the last network passed counts. */
  #walk(from: Place, address: Address, depth: number): Place {
    const words = [address.w0, address.w1, address.w2, address.w3];
    let { node, depth: done, network, prefix } = from;
    for (;;) {
      const at = this.#entry(this.#header.tree, node, NODE);
      const here = this.#file.uint(at + 8, 4);
      if (here !== NO_NETWORK) {
        network = here;
        prefix = done;
      }
      if (done === depth) return { node, depth: done, network, prefix };
      const bit = ((words[done >> 5] ?? 0) >>> (31 - (done & 31))) & 1;
      const child = this.#file.uint(at + bit * 4, 4);
      if (child === 0) return { node, depth: done, network, prefix };
      node = child;
      done++;
    }
  }

  #nameOfAs(asn: number): string | undefined {
    const { ases } = this.#header;
    let low = 0;
    let high = Math.floor(ases.length / AS) - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = this.#entry(ases, middle, AS);
      const number = this.#file.uint(at, 4);
      if (number === asn) return this.#text(this.#file.uint(at + 4, 4));
      if (number < asn) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  #text(offset: number): string {
    const { pool } = this.#header;
    if (offset >= pool.length) throw new DamagedData('a name outside of the pool');
    const text = this.#file.text(pool.offset + offset, Math.min(MOST_TEXT, pool.length - offset));
    const end = text.indexOf('\0');
    return end < 0 ? text : text.slice(0, end);
  }

  #entry(part: Part, index: number, size: number): number {
    if ((index + 1) * size > part.length) throw new DamagedData('an index outside of its table');
    return part.offset + index * size;
  }
}

/** After the magic: the time in 8 bytes, three texts, five parts of offset and length each, then the signatures. */
function readHeader(file: PagedFile): Header {
  const part = (at: number): Part => {
    const offset = file.uint(at, 4);
    const length = file.uint(at + 4, 4);
    if (offset + length > file.size) throw new DamagedData('it is truncated');
    return { offset, length };
  };
  if (!isLocation({ head: file.bytes(0, MAGIC.length) })) throw new DamagedData('it is not of version 1');
  const header = {
    // The upper two bytes would be the year nine million.
    created: file.uint(10, 6),
    license: file.uint(24, 4),
    ases: part(28),
    networks: part(36),
    tree: part(44),
    pool: part(60),
  };
  if (header.tree.length < NODE) throw new DamagedData('its tree is empty');
  return header;
}
