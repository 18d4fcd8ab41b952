// The shapes of skim.ts, in AssemblyScript like assembly.ts, of which it is a part: pieces of a chunk that differ in their digits
// only have one number. skim.ts says where the table lies; it is all zeros at first.
//
// A piece is read sixteen bytes at a time; what is left at its end is read with some of the sixteen before it.

/** A power of two: skim.ts has the same. */
const SHAPES: u32 = 4096;
/** Bytes of the longest piece that has a shape. */
const LONGEST: u32 = 256;

// A place of the table. Offsets in bytes.
const NUMBER: usize = 0;
const HASH: usize = 4;
const LENGTH: usize = 8;
/** Hash of a shape that would have the place, and how much more often than others it was seen there. */
const SEEN: usize = 12;
const TIMES: usize = 16;
const TEXT: usize = 32;
const PLACE: u32 = 32 + LONGEST;

/** Seen so much more often, it gets the place. It is worth it when it is seen again; most shapes of a busy log are not. */
const ENOUGH: u32 = 4;

/** Behind the table: the shape that is looked for. */
let wanted: u32 = 0;
let table: u32 = 0;

/** Says where the table lies, `SHAPES + 1` places: a multiple of 16. */
export function shapes(address: u32): void {
  table = address;
  wanted = address + SHAPES * PLACE + (TEXT as u32);
}

/**
 * The number of the shape of a piece, which lies from one address to another. No other shape has it, had it or will have it; -1
 * for a piece that is too short or too long, or whose shape is not kept: it was not seen often enough, or another is seen more often.
 */
export function shape(from: u32, to: u32): i32 {
  const bytes = to - from;
  if (bytes < 16 || bytes > LONGEST) return -1;
  const hash = read(from, bytes);
  const index = hash & (SHAPES - 1);
  const place = table + index * PLACE;
  const times = load<u32>(place, TIMES);
  if (load<u32>(place, HASH) === hash && load<u32>(place, LENGTH) === bytes && same(place + (TEXT as u32), bytes)) {
    if (times > 0) store<u32>(place, times - 1, TIMES);
    return load<i32>(place, NUMBER);
  }
  if (load<u32>(place, SEEN) !== hash) {
    if (times === 0) store<u32>(place, hash, SEEN);
    store<u32>(place, times === 0 ? 1 : times - 1, TIMES);
    return -1;
  }
  store<u32>(place, times + 1, TIMES);
  if (times + 1 < ENOUGH) return -1;
  const number = load<u32>(place, NUMBER);
  // The next would be negative; the place keeps what it has.
  if (number >= 0x80000000 - SHAPES) return -1;
  store<u32>(place, 0, TIMES);
  store<u32>(place, number === 0 ? SHAPES + index : number + SHAPES, NUMBER);
  store<u32>(place, hash, HASH);
  store<u32>(place, bytes, LENGTH);
  memory.copy(place + (TEXT as u32), wanted, bytes);
  return load<i32>(place, NUMBER);
}

/** Writes the shape, in which each digit is a zero, to where it is looked for; returns its hash. */
function read(from: u32, bytes: u32): u32 {
  // Odd factors, other ones for each sixteen bytes: sums of products do not wait for each other.
  let factors = i32x4.splat(0x9e3779b1);
  let sums = i32x4.splat(bytes as i32);
  for (let at: u32 = 0; at < bytes; at += 16) {
    const place = at + 16 <= bytes ? at : bytes - 16;
    const text = v128.load(from + place);
    const digits = i8x16.lt_u(v128.xor(text, i8x16.splat(0x30)), i8x16.splat(10));
    const shaped = v128.andnot(text, v128.and(digits, i8x16.splat(0x0f)));
    v128.store(wanted + place, shaped);
    sums = i32x4.add(sums, i32x4.mul(shaped, factors));
    factors = i32x4.add(factors, i32x4.splat(0x3c6ef362));
  }
  const low = i32x4.extract_lane(sums, 0) * 0x85ebca6b + i32x4.extract_lane(sums, 1);
  const high = i32x4.extract_lane(sums, 2) * 0xc2b2ae35 + i32x4.extract_lane(sums, 3);
  const hash = (low ^ rotl<i32>(high, 16)) as u32;
  return hash ^ (hash >> 15);
}

/** Whether a text is the shape that is looked for. */
function same(text: u32, bytes: u32): bool {
  for (let at: u32 = 0; at < bytes; at += 16) {
    const place = at + 16 <= bytes ? at : bytes - 16;
    const isSame = i8x16.eq(v128.load(text + place), v128.load(wanted + place));
    if (!i8x16.all_true(isSame)) return false;
  }
  return true;
}
