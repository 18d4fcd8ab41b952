/**
 * When two spellings are one company: case, punctuation, spacing and the legal form at the end do not count.
 * "Censys, Inc." and "CENSYS INC" are the same, "Censys" and "Censys Labs" are not: nothing else is guessed.
 */

/** Legal forms as they are written after a name, dots left out. */
const LEGAL_FORMS = new Set(
  (
    'ab ag as bv co company corp corporation doo eood gmbh inc incorporated kg kk limited llc llp ltd ltda nv oo oy ' +
    'plc private pte pty sa sarl sas se sl spa sro srl ug'
  ).split(' '),
);

/** The form in which names are compared; empty when nothing but punctuation was given. */
export function comparableName(name: string): string {
  const words: string[] = [];
  for (const piece of name
    .normalize('NFKC')
    .toLowerCase()
    .split(/[\s,;()/]+/)) {
    // "B.V." is one word, "cheapy.host" are two.
    const letters = /^(?:[a-z]\.)+[a-z]?$/.test(piece) ? piece.replaceAll('.', '') : piece;
    words.push(...letters.split(/[^a-z0-9\u00c0-\u1fff\u2c00-\uffff]+/).filter((word) => word !== ''));
  }
  while (words.length > 1 && LEGAL_FORMS.has(words.at(-1) ?? '')) words.pop();
  return words.join(' ');
}
