/** Words of a line as a POSIX shell cuts them: quotes and backslashes, nothing is replaced or run. */

/** The words; undefined when a quote does not end. */
export function shellWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (/[ \t\r\n]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at++;
      continue;
    }
    const piece = readPiece(text, at);
    if (!piece) return undefined;
    word = (word ?? '') + piece.text;
    at = piece.end;
  }
  if (word !== undefined) words.push(word);
  return words;
}

interface Piece {
  readonly text: string;
  readonly end: number;
}

function readPiece(text: string, at: number): Piece | undefined {
  switch (text[at]) {
    case "'": {
      const end = text.indexOf("'", at + 1);
      return end < 0 ? undefined : { text: text.slice(at + 1, end), end: end + 1 };
    }
    case '"':
      return readDoubleQuoted(text, at + 1);
    case '\\':
      return at + 1 < text.length ? { text: text[at + 1] ?? '', end: at + 2 } : undefined;
    default:
      return { text: text[at] ?? '', end: at + 1 };
  }
}

function readDoubleQuoted(text: string, start: number): Piece | undefined {
  let inside = '';
  for (let at = start; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '"') return { text: inside, end: at + 1 };
    // Within double quotes a backslash quotes only itself and the quote.
    if (character === '\\' && /["\\]/.test(text[at + 1] ?? '')) at++;
    inside += text[at] ?? '';
  }
  return undefined;
}
