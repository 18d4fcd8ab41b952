/**
 * Whether an expression tells digits apart. One that does not, of which each set of characters has all ten of them or none,
 * matches a text just as it matches any other that differs from it only in which digits stand where: at the same
 * places, in the same way.
 */
import { type Node, some } from './node.ts';

/** Digits in the second word of a set's bitmap. */
const DIGITS = 0x03ff_0000;

export function treatsDigitsAlike(root: Node): boolean {
  return !some(root, tellsDigitsApart);
}

function tellsDigitsApart(node: Node): boolean {
  // What a group took once may be other digits than those that come now.
  if (node.type === 'back') return true;
  if (node.type !== 'set') return false;
  const digits = node.set.ascii[1] & DIGITS;
  return digits !== 0 && digits !== DIGITS;
}
