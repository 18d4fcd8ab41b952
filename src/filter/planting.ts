/**
 * Lines as an attacker would have them written: a hit again, with a victim's address planted wherever the pattern lets
 * something vary. Whole messages are planted too, and the rest of the hit's own line, because those look most like what
 * the pattern wants. Pure.
 */
import type { Attempt } from '../model.ts';
import { carriedStart } from './carried.ts';
import type { Format } from './definition.ts';
import type { Span } from './envelope/envelope.ts';
import { ENVELOPES } from './envelope/index.ts';
import { parseExpression } from './expression/parse.ts';
import { markVariables } from './expression/variable.ts';
import type { Timestamps } from './timestamp.ts';

/** Planted where an attacker could write; it must never come out. */
export const VICTIM = '198.51.100.99';
/** Messages of other hits that are planted: more are more of the same. */
const OTHERS_MAX = 12;

export interface Planting {
  /** The hit (latin1), and what it is recognized as. */
  readonly line: string;
  readonly attempt: Attempt;
  readonly format: Format;
  /** The pattern's `match`; undefined for one that looks at fields. */
  readonly match: string | undefined;
  /** For a pattern over JSON: what its fields must be. */
  readonly fields: Readonly<Record<string, string>>;
  /** Messages of the filter's hits, as the victim would have caused them. */
  readonly messages: readonly string[];
  readonly timestamps: Timestamps;
}

/** The message of a line, as another address would have caused it; the whole line where no envelope is read. */
export function messageFor({ line, attempt, ...planting }: Planting): string {
  const [first] = startsOf({ line, ...planting });
  return line.slice(first ?? 0).replaceAll(attempt.address.text, VICTIM);
}

export function plantedLines(planting: Planting): string[] {
  const { line, format, match } = planting;
  if (line.startsWith('{')) return [...plantedRecords(planting), ...plantedFields(planting)];
  const spans = match === undefined ? [] : startsOf(planting).flatMap((start) => placesIn(`${line}\n`, match, start));
  const fields = spans.length > 0 ? [] : plantedFields(planting);
  if (format === 'access') return fields;
  return [...fields, ...plantedSpans(line, spans, planting)];
}

/** A text with something planted in each of its variable parts. */
function plantedSpans(text: string, spans: readonly PlantingPlace[], planting: Planting): string[] {
  const messages = [messageFor(planting), ...planting.messages];
  return spans.flatMap(({ start, end, isAddress, allows }) => {
    const [head, tail] = [text.slice(0, start), text.slice(end)];
    if (isAddress) return NAMES.map((name) => head + name + tail);
    return [...shapes(tail, planting.attempt), ...wholeMessages(messages)]
      .filter((planted) => allows(planted))
      .map((planted) => head + planted + tail);
  });
}

/** Names that whoever owns an address may give it, for services that write names. */
const NAMES = ['-x.example', '.example', 'x', '.x', '-x']
  .map((rest) => VICTIM + rest)
  .concat(['x-', 'x.', 'x', '1.'].map((start) => start + VICTIM));

/** What is put in the place of a field: the rest of the line as it would be for the victim, and what services write. */
function shapes(tail: string, attempt: Attempt): string[] {
  const forged = tail.replaceAll(attempt.address.text, VICTIM);
  return [
    ...[
      `x${forged}`,
      `x${forged} `,
      `x${forged} x`,
      `x${forged}, x`,
      VICTIM,
      `x ${VICTIM}`,
      `${VICTIM} x`,
      `x [${VICTIM}]`,
    ],
    ...[`x from ${VICTIM} port 22 ssh2`, `x from ${VICTIM}`, `x rhost=${VICTIM}`, `x rhost=${VICTIM}  user=x`],
    ...[
      `x, rip=${VICTIM}, lip=192.0.2.1`,
      `x[${VICTIM}]: 554 5.7.1`,
      `x[${VICTIM}]`,
      `x, client: ${VICTIM}, server: x`,
    ],
    ...[
      `x ip=[${VICTIM}]`,
      `x ip=[::ffff:${VICTIM}]`,
      `x (${VICTIM})`,
      `x IP: ${VICTIM}.`,
      `x@${VICTIM}`,
      `x.${VICTIM}`,
    ],
  ];
}

function wholeMessages(messages: readonly string[]): string[] {
  return messages.slice(0, OTHERS_MAX).flatMap((message) => [message, `x: ${message}`, `x ${message}`, `${message} x`]);
}

interface PlantingPlace {
  readonly start: number;
  readonly end: number;
  readonly isAddress: boolean;
  allows(text: string): boolean;
}

/** Where the pattern's variable parts lie in the text. */
function placesIn(text: string, match: string, at: number): PlantingPlace[] {
  const { source, variables } = markVariables(parseExpression(match));
  const expression = new RegExp(`${source}[ \\t]*\\r?\\n`, 'dy');
  expression.lastIndex = at;
  const indices = expression.exec(text)?.indices;
  return variables.flatMap(({ allows, freedom }, index) => {
    const span = indices?.[index + 1];
    return span ? [{ start: span[0], end: span[1], isAddress: freedom === 'address', allows }] : [];
  });
}

/**
 * Where the message starts that the pattern sees, the surest first: a line may be read in two ways, and syslog may carry
 * an application's line with a timestamp of its own. None when the message is not the line's own text (JSON).
 */
function startsOf({
  line,
  format,
  match,
  timestamps,
}: Pick<Planting, 'line' | 'format' | 'match' | 'timestamps'>): number[] {
  const whole: Span = { text: `${line}\n`, start: 0, end: line.length };
  const formats: readonly Format[] = format === 'text' ? ['text', 'syslog'] : [format];
  const starts = formats.flatMap((each) => {
    const envelope = ENVELOPES[each](whole, timestamps);
    if (envelope?.field.text !== whole.text) return [];
    return each === 'syslog' ? [envelope.field.start, carriedStart(envelope, timestamps)] : [envelope.field.start];
  });
  const fitting = starts.filter((start) => match !== undefined && placesIn(whole.text, match, start).length > 0);
  return [...new Set(fitting.length > 0 ? fitting.slice(0, 1) : starts)];
}

/** For formats whose fields are quoted: what the client chose is replaced as it stands in the line. */
function plantedFields({ line, attempt, messages }: Planting): string[] {
  return [attempt.user, attempt.target].flatMap((field) => {
    const at = field === undefined || field === '' ? -1 : line.indexOf(field);
    if (field === undefined || at < 0) return [];
    const [head, tail] = [line.slice(0, at), line.slice(at + field.length)];
    return [...shapes(tail, attempt), ...wholeMessages(messages)].map((text) => head + text + tail);
  });
}

/**
 * JSON: every text of the object, as a writer escapes it, and as none does. Texts that hold the real address are the
 * service's; where an expression takes the address out of one, its variable parts are planted in.
 */
function plantedRecords(planting: Planting): string[] {
  const { line, attempt, messages, fields } = planting;
  const tokens = [...line.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)];
  return tokens.flatMap(({ 0: token, 1: colon, index }) => {
    if (colon !== undefined) return [];
    const [head, tail] = [line.slice(0, index), line.slice(index + token.length)];
    if (token.includes(attempt.address.text)) {
      const text = String(JSON.parse(token));
      const sources = Object.values(fields).filter((source) => source.includes('<address>'));
      const spans = sources.flatMap((source) => placesIn(`${text}\n`, source, 0));
      return plantedSpans(text, spans, planting).map((planted) => head + JSON.stringify(planted) + tail);
    }
    const forged = line.replaceAll(attempt.address.text, VICTIM);
    const texts = [
      VICTIM,
      `${token.slice(1, -1)} ${VICTIM}`,
      forged,
      ...wholeMessages(messages),
      ...shapes(tail, attempt),
    ];
    const broken = `"x${tail.replaceAll(attempt.address.text, VICTIM).replace(/\}+\s*$/, '')}, "x": "${tail.replace(/^,/, ', ')}`;
    return [...texts.map((text) => head + JSON.stringify(text) + tail), head + broken];
  });
}
