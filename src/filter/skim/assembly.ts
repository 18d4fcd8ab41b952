// The inner loop of skim.ts, in AssemblyScript (not TypeScript: tsc leaves this file alone). `node scripts/build-skim.mjs`
// compiles it to wasm.ts. It allocates nothing: skim.ts says where everything lies, this file only reads and writes there.
//
// A chunk is looked at in strides, and each stride in three passes that hand on lists of addresses. A pass appends every
// address and moves the list's end only when the test holds, so that the first two passes have no branch to mispredict;
// one branch per candidate would cost more than all the hashing.

// A gram is four bytes at an address that is a multiple of four. It is looked up in two tables of bytes by two hashes; the
// bit of its class must be set in both. Two tables with eight classes let through a third of what one bitmap of the same
// size does, for the same time. 2 x 16 KB stay in the first-level cache of any machine of the last fifteen years.
const FIRST: usize = 0;
const SECOND: usize = 16384;
/** Heads of the chains of entries: 4096 addresses, 0 for none. */
const HEADS: usize = 32768;
/** Addresses of 16-byte blocks that hold a candidate: one for each block of a stride, and one that is written in vain. */
const BLOCKS: usize = 49152;
/** Addresses of candidates: one for each gram of a stride, and one in vain. */
const GRAMS: usize = 50192;

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
export const floor: u32 = 54304;

/** Newlines of the chunk that was scanned last. */
export let lines: u32 = 0;

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

/** Where the chain of a gram begins: by its middle bytes, too. */
function headOf(gram: u32): usize {
  return ((((gram << 8) >> 16) * GOLDEN) >> 20) << 2;
}

/**
 * Watches for the gram of a literal at `shift` from the literal's start, which is -1 to `length - 3`; a byte of the gram
 * that lies before or behind the literal is unknown. `entry`: 32 bytes of memory; `text`: the literal's bytes.
 */
export function watch(entry: u32, text: u32, length: u32, literal: u32, shift: i32): void {
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
  const head = headOf(value);
  store<u32>(entry, load<u32>(head, HEADS), NEXT);
  store<u32>(head, entry, HEADS);
  store<u32>(entry, value, VALUE);
  store<u32>(entry, known, KNOWN);
  store<i32>(entry, shift, SHIFT);
  store<u32>(entry, literal, LITERAL);
  store<u32>(entry, length, LENGTH);
  store<u32>(entry, text, TEXT);
}

/**
 * Finds the literals in the chunk at `chunk` (a multiple of 16), and counts its newlines. Writes 16 bytes behind the chunk.
 * Returns the number of hits; their places in the chunk and the indexes of their literals are at `positions` and `literals`,
 * 32 bits each, ordered by place, then by index.
 */
export function scan(chunk: u32, length: u32, positions: u32, literals: u32): u32 {
  const end = chunk + length;
  memory.fill(end, 0, 16);
  lines = 0;
  let count: u32 = 0;
  for (let at = chunk; at < end; at += STRIDE) {
    const grams = pickGrams(pickBlocks(at, min(at + STRIDE, end)));
    for (let gram: usize = GRAMS; gram < grams; gram += 4) {
      count = verify(load<u32>(gram), chunk, end, positions, literals, count);
    }
  }
  return count;
}

/** Lists the blocks with a candidate; returns the end of the list. Counts the newlines as it goes. */
function pickBlocks(at: usize, end: usize): usize {
  const newline = i8x16.splat(10);
  let list: usize = BLOCKS;
  let newlines: u32 = 0;
  for (; at < end; at += 16) {
    newlines += popcnt(i8x16.bitmask(i8x16.eq(v128.load(at), newline)));
    const found = test(load<u32>(at)) | test(load<u32>(at, 4)) | test(load<u32>(at, 8)) | test(load<u32>(at, 12));
    store<u32>(list, at as u32);
    list += ((found !== 0) as u32) << 2;
  }
  lines += newlines;
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

/** Reports every literal that the candidate at `at` belongs to; returns the new count of hits. */
function verify(at: u32, chunk: u32, end: u32, positions: u32, literals: u32, count: u32): u32 {
  const gram = load<u32>(at);
  let entry = load<u32>(headOf(gram), HEADS);
  while (entry) {
    if (((gram ^ load<u32>(entry, VALUE)) & load<u32>(entry, KNOWN)) === 0) {
      const start = at - load<u32>(entry, SHIFT);
      const length = load<u32>(entry, LENGTH);
      // The texts lie before the chunk, so the chunk begins too far up for a shift to reach below address 0.
      if (start >= chunk && start + length <= end && same(start, load<u32>(entry, TEXT), length)) {
        report(start - chunk, load<u32>(entry, LITERAL), positions + (count << 2), literals + (count << 2), positions);
        count++;
      }
    }
    entry = load<u32>(entry, NEXT);
  }
  return count;
}

/** Whether `length` bytes are the same at both places, by words that may overlap. */
function same(a: usize, b: usize, length: usize): bool {
  if (length < 8) {
    return load<u32>(a) === load<u32>(b) && load<u32>(a + length - 4) === load<u32>(b + length - 4);
  }
  const last = length - 8;
  if (load<u64>(a + last) !== load<u64>(b + last)) return false;
  for (let i: usize = 0; i < last; i += 8) {
    if (load<u64>(a + i) !== load<u64>(b + i)) return false;
  }
  return true;
}

/**
 * Writes a hit where it belongs among the earlier ones. Candidates come in the order of their grams, which lie anywhere in
 * their literals, so a hit is at most a few places away from the end.
 */
function report(position: u32, literal: u32, place: usize, index: usize, begin: usize): void {
  while (place > begin) {
    const before = load<u32>(place - 4);
    if (before < position || (before === position && load<u32>(index - 4) < literal)) break;
    store<u32>(place, before);
    store<u32>(index, load<u32>(index - 4));
    place -= 4;
    index -= 4;
  }
  store<u32>(place, position);
  store<u32>(index, literal);
}
