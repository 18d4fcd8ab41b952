/**
 * The ways in which the same text is written: escapes of HTML, Markdown, JSON, CSV, addresses of pages (`%40`) and logs
 * (`\x40`). What a renderer escapes, and what a stranger hid in a request, is read back here before anything is searched.
 */
import { fromLog } from '../../base/text.ts';

/** Escapes within escapes that are undone: a renderer's, and those of a request that was escaped twice. */
const ROUNDS = 4;

/** The text as it is, and as it reads after each round of undoing its escapes. */
export function* spellingsOf(text: string): Generator<string> {
  let spelled = text;
  yield spelled;
  for (let round = 0; round < ROUNDS; round++) {
    const plain = unescaped(spelled);
    if (plain === spelled) return;
    spelled = plain;
    yield spelled;
  }
}

function unescaped(text: string): string {
  return text
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi, entity)
    .replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
      fromLog(Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('latin1')),
    )
    .replace(/(?:\\x[0-9a-f]{2})+/gi, (escapes) =>
      fromLog(Buffer.from(escapes.replace(/\\x/gi, ''), 'hex').toString('latin1')),
    )
    .replace(
      /\\(?:u([0-9a-f]{4})|([bfnrt])|([^\p{L}\p{N}\s]))/giu,
      (_, code?: string, control?: string, sign?: string) => {
        if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
        return control === undefined ? (sign ?? '') : ' ';
      },
    );
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function entity(whole: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return NAMED.get(name.toLowerCase()) ?? whole;
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}
