/** Which programs a shell command runs and which files it writes, as far as its text tells. For nothing that must be safe. */

export interface Doings {
  /** The first words of commands, without their folders. What is put together from variables is there as it stands. */
  readonly programs: ReadonlySet<string>;
  /** What output is sent to, but for `/dev/null` and other streams. */
  readonly writes: ReadonlySet<string>;
}

/** Words after which a command begins, or that are none. */
const KEYWORDS: ReadonlySet<string> = new Set([
  ...['if', 'then', 'elif', 'else', 'fi', 'while', 'until', 'do', 'done', '{', '}', '!', 'esac', 'time'],
]);
/** Words that no command follows on, but a name and what it stands for. */
const HEADS: ReadonlySet<string> = new Set(['for', 'case', 'select']);

export function doingsOf(text: string): Doings {
  const reader = new DoingsReader(text);
  reader.read();
  return reader;
}

interface Level {
  /** What closes it. */
  readonly end: string;
  /** Whether the next word is a program. */
  isCommand: boolean;
  /** The next word is where output goes. */
  isTarget: boolean;
  word: string;
}

class DoingsReader implements Doings {
  readonly programs = new Set<string>();
  readonly writes = new Set<string>();
  readonly #text: string;
  readonly #levels: Level[] = [];
  #level = levelOf('');
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): void {
    while (this.#at < this.#text.length) this.#step(this.#text[this.#at++] ?? '');
    this.#word();
    for (const level of this.#levels.splice(0).reverse()) {
      this.#level = level;
      this.#word();
    }
  }

  #step(character: string): void {
    if (character === '\\') this.#level.word += this.#text[this.#at++] ?? '';
    else if (character === "'" && this.#level.end !== '"') this.#single();
    else if (character === this.#level.end) this.#close();
    else if (character === '"') this.#open('"');
    else if (character === '`') this.#open('`');
    else if (character === '$' && this.#text[this.#at] === '(') {
      this.#at++;
      this.#open(')');
    } else if (this.#level.end === '"') this.#level.word += character;
    else this.#plain(character);
  }

  #plain(character: string): void {
    if (character === '(') this.#open(')');
    else if (/[ \t]/.test(character)) this.#word();
    else if (/[;&|\n]/.test(character)) this.#end();
    else if (character === '>') this.#redirect();
    else if (character === '<') this.#input();
    else if (character === '#' && this.#level.word === '') this.#comment();
    else this.#level.word += character;
  }

  #single(): void {
    const end = this.#text.indexOf("'", this.#at);
    this.#level.word += this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#text.length : end + 1;
  }

  #open(end: string): void {
    this.#levels.push(this.#level);
    this.#level = levelOf(end);
  }

  #close(): void {
    const inner = this.#level;
    if (inner.end !== '"') this.#word();
    this.#level = this.#levels.pop() ?? levelOf('');
    // A quoted word is the word; what a substitution gives is not known.
    this.#level.word += inner.end === '"' ? inner.word : '$';
  }

  #comment(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }

  #redirect(): void {
    // `2>`: the number belongs to it.
    if (/^\d$/.test(this.#level.word)) this.#level.word = '';
    this.#word();
    while (/[>|]/.test(this.#text[this.#at] ?? '')) this.#at++;
    if (this.#text[this.#at] === '&') {
      this.#at++;
      while (/[\d-]/.test(this.#text[this.#at] ?? '')) this.#at++;
      return;
    }
    this.#level.isTarget = true;
  }

  /** Where input comes from is neither a program nor written. */
  #input(): void {
    this.#word();
    const [skipped = ''] = /^<?-?\s*[^\s;&|<>()]*/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += skipped.length;
  }

  #end(): void {
    this.#word();
    this.#level.isCommand = true;
    this.#level.isTarget = false;
  }

  #word(): void {
    const { word } = this.#level;
    this.#level.word = '';
    if (word === '') return;
    if (this.#level.isTarget) {
      this.#level.isTarget = false;
      if (word !== '/dev/null') this.writes.add(word);
    } else if (this.#level.isCommand) this.#command(word);
  }

  #command(word: string): void {
    if (KEYWORDS.has(word) || /^\w+=/.test(word)) return;
    this.#level.isCommand = false;
    if (!HEADS.has(word)) this.programs.add(word.slice(word.lastIndexOf('/') + 1));
  }
}

function levelOf(end: string): Level {
  return { end, isCommand: end !== '"', isTarget: false, word: '' };
}
