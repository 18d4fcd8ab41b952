// The inner loop of skim.ts, in AssemblyScript (not TypeScript: tsc leaves this file alone), compiled to wasm.ts by
// `node scripts/build-skim.mjs`. It allocates nothing: skim.ts says where everything lies, this file reads and writes.
//
// What shapes its pieces have is in assembly-shapes.ts.
//
// A chunk is looked at in strides, and each stride in three passes that hand on lists of addresses. A pass appends
// every address and moves the list's end only when the test holds, so that the first two passes have no branch to
// mispredict: branching at each candidate instead is 10 to 20 % slower.

export { shape, shapes } from './assembly-shapes';

// A gram is four bytes at an address that is a multiple of four. Its hash is looked up in two tables of bytes; both
// must have the bit of its class. One bitmap of the same size lets through about as many and takes 5 to 10 % longer.
// Of the 2 x 16 KB only what the log's own grams hash to is ever touched: it lies in the first-level cache.
const FIRST: usize = 0;
const SECOND: usize = 16384;
/** Heads of the chains of entries whose gram is known: 4096 addresses, 0 for none. */
const WHOLE: u32 = 32768;
/** Heads of the chains of entries with an unknown byte, likewise. */
const PARTIAL: u32 = 49152;
/** Addresses of 16-byte blocks that hold a candidate: one for each block of a stride, and one written in vain. */
const BLOCKS: usize = 65536;
/** Addresses of candidates: one for each gram of a stride, and one in vain. */
const GRAMS: usize = 66576;

/** Small enough for its bytes and both lists to stay in the first-level cache beside the tables. */
const STRIDE: u32 = 4096;

const GOLDEN: u32 = 0x9e3779b1;
/**
 * The outer bytes of a gram count with five bits only. An entry with an unknown outer byte then fills 32 places of the
 * tables instead of 256, and letters still differ from each other.
 */
const COUNTED: u32 = 0x1fffff1f;

// An entry: one gram of one literal. Field offsets in bytes.
const NEXT: usize = 0;
const VALUE: usize = 4;
const KNOWN: usize = 8;
const SHIFT: usize = 12;
const LITERAL: usize = 16;
const LENGTH: usize = 20;
const TEXT: usize = 24;

/** Where the memory that skim.ts may use begins, a multiple of 16. */
export const floor: u32 = 70688;

/** Newlines of the chunk that was scanned last. */
export let lines: u32 = 0;
/** Not zero when it has a byte that is not ASCII, or a carriage return. */
export let odd: u32 = 0;

// What the calls from outside set; a module has one caller.
let literal: u32 = 0;
let text: u32 = 0;
let length: u32 = 0;
let chunk: u32 = 0;
let end: u32 = 0;
let positions: u32 = 0;
let literals: u32 = 0;
let hits: u32 = 0;

function hash(gram: u32): u32 {
  return (gram & COUNTED) * GOLDEN;
}

// The upper bits of the product depend on the whole gram, its lower bits on the first bytes alone: an unknown last byte
// fills 32 places of the first table and one or two of the second.
function first(product: u32): usize {
  return product >> 18;
}

function second(product: u32): usize {
  return (product >> 4) & 0x3fff;
}

/** Not zero when the gram may be one that is watched for. */
function test(gram: u32): u32 {
  const product = hash(gram);
  return load<u8>(first(product), FIRST) & load<u8>(second(product), SECOND);
}

/** The class of a gram, as a bit: from its middle bytes, which are always known. */
function classOf(gram: u32): u8 {
  return ((1 as u32) << (((gram >> 8) ^ (gram >> 16)) & 7)) as u8;
}

function mark(gram: u32): void {
  const product = hash(gram);
  const bit = classOf(gram);
  store<u8>(first(product), load<u8>(first(product), FIRST) | bit, FIRST);
  store<u8>(second(product), load<u8>(second(product), SECOND) | bit, SECOND);
}

/** The place of a chain among its heads, by what is known of its grams. */
function placeOf(known: u32): u32 {
  return ((known * GOLDEN) >> 20) << 2;
}

/** The two middle bytes, which are always known. */
function middle(gram: u32): u32 {
  return (gram << 8) >> 16;
}

/** Names the literal that the next calls of `watch` are about: its index, the address of its bytes, their number. */
export function name(index: u32, address: u32, bytes: u32): void {
  literal = index;
  text = address;
  length = bytes;
}

/**
 * Watches for the gram of the literal at `shift` from the literal's start, which is -1 to `length - 3`; a byte of the
 * gram that lies before or behind the literal is unknown. `entry`: the address of 32 bytes to keep it in.
 */
export function watch(entry: u32, shift: i32): void {
  let value: u32;
  let known: u32 = 0xffffffff;
  let unknown: u32 = 0;
  if (shift < 0) {
    value = load<u32>(text) << 8;
    known = 0xffffff00;
    unknown = 1;
  } else if ((shift as u32) + 4 > length) {
    value = load<u32>(text + shift - 1) >> 8;
    known = 0x00ffffff;
    unknown = 1 << 24;
  } else {
    value = load<u32>(text + shift);
  }
  const last: u32 = unknown ? 255 : 0;
  for (let byte: u32 = 0; byte <= last; byte++) mark(value + byte * unknown);
  const head = unknown ? PARTIAL + placeOf(middle(value)) : WHOLE + placeOf(value);
  store<u32>(entry, load<u32>(head), NEXT);
  store<u32>(head, entry);
  store<u32>(entry, value, VALUE);
  store<u32>(entry, known, KNOWN);
  store<i32>(entry, shift, SHIFT);
  store<u32>(entry, literal, LITERAL);
  store<u32>(entry, length, LENGTH);
  store<u32>(entry, text, TEXT);
}

/** Says where chunks will be (a multiple of 16), and where the places and the literals of the hits go, 32 bits each. */
export function place(chunkAddress: u32, positionsAddress: u32, literalsAddress: u32): void {
  chunk = chunkAddress;
  positions = positionsAddress;
  literals = literalsAddress;
}

/**
 * Finds the literals in a chunk of so many bytes, and counts its newlines. Clears 16 bytes behind the chunk. Returns
 * the number of hits; they are in the order of their places in the chunk, then of their literals.
 */
export function scan(bytes: u32): u32 {
  end = chunk + bytes;
  memory.fill(end, 0, 16);
  lines = 0;
  odd = 0;
  hits = 0;
  for (let at = chunk; at < end; at += STRIDE) {
    const grams = pickGrams(pickBlocks(at, min(at + STRIDE, end)));
    for (let gram: usize = GRAMS; gram < grams; gram += 4) verify(load<u32>(gram));
  }
  return hits;
}

/** Lists the blocks with a candidate; returns the end of the list. Counts the newlines and looks for odd bytes as it goes. */
function pickBlocks(at: usize, stop: usize): usize {
  const newline = i8x16.splat(10);
  const carriageReturn = i8x16.splat(13);
  // The highest bit of each byte tells.
  let odds = i8x16.splat(0);
  let list: usize = BLOCKS;
  let newlines: u32 = 0;
  for (; at < stop; at += 16) {
    const block = v128.load(at);
    newlines += popcnt(i8x16.bitmask(i8x16.eq(block, newline)));
    odds = v128.or(odds, v128.or(block, i8x16.eq(block, carriageReturn)));
    const found = test(load<u32>(at)) | test(load<u32>(at, 4)) | test(load<u32>(at, 8)) | test(load<u32>(at, 12));
    store<u32>(list, at as u32);
    list += ((found !== 0) as u32) << 2;
  }
  lines += newlines;
  odd |= i8x16.bitmask(odds);
  return list;
}

/** Lists the candidates of the blocks; returns the end of the list. */
function pickGrams(blocks: usize): usize {
  let list: usize = GRAMS;
  for (let block: usize = BLOCKS; block < blocks; block += 4) {
    const start = load<u32>(block);
    for (let at: u32 = start; at < start + 16; at += 4) {
      store<u32>(list, at);
      list += ((test(load<u32>(at)) !== 0) as u32) << 2;
    }
  }
  return list;
}

/** Reports every literal that the candidate at `at` belongs to. */
function verify(at: u32): void {
  const gram = load<u32>(at);
  follow(load<u32>(WHOLE + placeOf(gram)), at);
  follow(load<u32>(PARTIAL + placeOf(middle(gram))), at);
}

function follow(entry: u32, at: u32): void {
  const gram = load<u32>(at);
  while (entry) {
    if (((gram ^ load<u32>(entry, VALUE)) & load<u32>(entry, KNOWN)) === 0) {
      const start = at - load<u32>(entry, SHIFT);
      const bytes = load<u32>(entry, LENGTH);
      // The texts lie before the chunk, so the chunk begins too far up for a shift to reach below address 0.
      if (start >= chunk && start + bytes <= end && same(start, load<u32>(entry, TEXT), bytes)) {
        report(start - chunk, load<u32>(entry, LITERAL));
      }
    }
    entry = load<u32>(entry, NEXT);
  }
}

/** Whether the bytes at both places are the same (`bytes` of them, 5 or more), by words that may overlap. */
function same(a: usize, b: usize, bytes: usize): bool {
  if (bytes < 8) {
    return load<u32>(a) === load<u32>(b) && load<u32>(a + bytes - 4) === load<u32>(b + bytes - 4);
  }
  const last = bytes - 8;
  if (load<u64>(a + last) !== load<u64>(b + last)) return false;
  for (let i: usize = 0; i < last; i += 8) {
    if (load<u64>(a + i) !== load<u64>(b + i)) return false;
  }
  return true;
}

/**
 * Writes a hit where it belongs among the earlier ones. Candidates come in the order of their grams, which lie anywhere
 * in their literals, so that is at most a few places away from the end.
 */
function report(position: u32, index: u32): void {
  let back = hits << 2;
  while (back) {
    const before = load<u32>(positions + back - 4);
    const indexBefore = load<u32>(literals + back - 4);
    if (before < position || (before === position && indexBefore < index)) break;
    store<u32>(positions + back, before);
    store<u32>(literals + back, indexBefore);
    back -= 4;
  }
  store<u32>(positions + back, position);
  store<u32>(literals + back, index);
  hits++;
}
