/**
 * Tags of a ban put into the text of a shell command. What is ours (addresses in their own form, numbers) becomes text.
 * What others wrote (lines of logs, user names, names from DNS) never does: it is a variable of the environment, and the
 * text refers to it by name, as fail2ban does for values that a shell could take for more than text.
 */

/** What a tag stands for. */
export interface TagValue {
  readonly text: string;
  /** Made by us of parts without a meaning for a shell; else it is somebody else's. */
  readonly isOurs: boolean;
}

export interface Command {
  readonly text: string;
  /** By their names: `f2bV_matches`. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The kernel takes 131,072 bytes for one variable, its name included; of longer ones the end is kept. */
export const VARIABLE_BYTES_MAX = 100_000;

const TAG = /<([^ <>]+)>/g;
/** What an option of a shell's word could be made of, and nothing that has a meaning to it. */
const HARMLESS = /^[A-Za-z0-9_.@:/+,=-]*$/;

/** The tags that a text has, each once. */
export function tagsIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(TAG)].map((match) => match[1] ?? ''))];
}

/** Replaces the tags that have a value; others stay as they are. A value is not looked at for tags. */
export function fillIn(text: string, values: ReadonlyMap<string, TagValue>): Command {
  const variables: Record<string, string> = {};
  const quotes = new Quotes(text);
  const filled = text.replace(TAG, (whole, tag: string, at: number) => {
    const value = values.get(tag);
    if (!value) return whole;
    if (value.isOurs) return value.text;
    const name = variableName(tag);
    variables[name] = asVariable(value.text);
    // A name goes on as long as there are letters.
    const isJoined = /^\w/.test(text.slice(at + whole.length));
    const reference = isJoined ? `\${${name}}` : `$${name}`;
    // In single quotes a shell looks for no variable, and fail2ban's text has the name there, unless it is harmless.
    return quotes.isSingleAt(at) && HARMLESS.test(value.text) ? `'"${reference}"'` : reference;
  });
  return { text: filled, variables };
}

/** `F-USER` is `f2bV_F_user`. */
function variableName(tag: string): string {
  const field = fieldOf(tag);
  return `f2bV_${(field === undefined ? tag : `F_${field}`).replace(/[^A-Za-z0-9_]/g, '_')}`;
}

/** The name by which a filter knows what `<F-NAME>` captured; undefined for other tags. */
export function fieldOf(tag: string): string | undefined {
  const [, name] = /^F-([A-Z0-9_-]+)$/.exec(tag) ?? [];
  if (name === undefined) return undefined;
  const field = name.toLowerCase();
  return field === 'id' || field === 'port' ? `f${field}` : field;
}

/** A variable ends at a zero byte. */
function asVariable(text: string): string {
  const whole = text.replaceAll('\0', '');
  const bytes = Buffer.from(whole, 'utf8');
  if (bytes.length <= VARIABLE_BYTES_MAX) return whole;
  return bytes
    .subarray(bytes.length - VARIABLE_BYTES_MAX)
    .toString('utf8')
    .replace(/^\ufffd+/, '');
}

/** Where a shell's text is in single quotes. Asked in rising order. */
class Quotes {
  readonly #text: string;
  /** The open constructs, the innermost last: `'`, `"`, `` ` ``, `(` of a substitution or a group. */
  readonly #open: string[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isSingleAt(place: number): boolean {
    while (this.#at < place) this.#step();
    return this.#open.at(-1) === "'";
  }

  #step(): void {
    const character = this.#text[this.#at++] ?? '';
    const inside = this.#open.at(-1);
    if (inside === "'") {
      if (character === "'") this.#open.pop();
      return;
    }
    if (character === '\\') this.#at++;
    else if (character === inside && character !== '(') this.#open.pop();
    else if (character === '"' || character === '`') this.#open.push(character);
    else if (inside === '"') this.#substitution(character);
    else this.#plain(character);
  }

  /** Within double quotes only `$(` begins something. */
  #substitution(character: string): void {
    if (character !== '$' || this.#text[this.#at] !== '(') return;
    this.#at++;
    this.#open.push('(');
  }

  #plain(character: string): void {
    if (character === "'" || character === '(') this.#open.push(character);
    else if (character === ')' && this.#open.at(-1) === '(') this.#open.pop();
    else if (character === '#' && /[\s;&|(]|^$/.test(this.#text[this.#at - 2] ?? '')) this.#comment();
  }

  #comment(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }
}
