/**
 * One configuration file: sections of options, with the line of each. The dialect is that of Python's ConfigParser as
 * fail2ban uses it: values go on in indented lines, `#` and `;` begin a comment line, ` ;` ends a value, names of options
 * are lower case. What cannot be read is a problem with its file and line.
 */
import { EXIT, type Problem, ProblemError } from '../../base/problem.ts';
import { isBlank, strip, stripEnd } from '../blank.ts';

/** A value as written, before any reference in it is replaced. */
export interface Option {
  readonly text: string;
  /** `file:line` of its first line. */
  readonly place: string;
}

export type Options = ReadonlyMap<string, Option>;

export interface IniFile {
  readonly path: string;
  /** Options of `[DEFAULT]`. */
  readonly defaults: Options;
  /** All other sections, in their order. */
  readonly sections: ReadonlyMap<string, Options>;
}

export const DEFAULT_SECTION = 'DEFAULT';

interface OpenOption {
  readonly name: string;
  readonly lines: string[];
  readonly place: string;
}

/**
 * @throws ProblemError with every line that is not one of the dialect, that stands before the first section, or that
 * gives an option or a section a second time.
 */
export function parseIni(path: string, text: string): IniFile {
  const reader = new IniReader(path);
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) reader.line(line, index + 1);
  return reader.finish();
}

class IniReader {
  readonly #path: string;
  readonly #defaults = new Map<string, Option>();
  readonly #sections = new Map<string, Map<string, Option>>();
  readonly #problems: Problem[] = [];
  #section: Map<string, Option> | undefined;
  #option: OpenOption | undefined;
  /** How far the line is indented that the open option or section began with. */
  #indent = 0;

  constructor(path: string) {
    this.#path = path;
  }

  line(line: string, number: number): void {
    const comment = commentAt(line);
    const value = strip(comment < 0 ? line : line.slice(0, comment));
    if (value === '') {
      // An empty line belongs to the value, a comment line does not.
      if (comment < 0) this.#option?.lines.push('');
      return;
    }
    const indent = indentOf(line);
    if (this.#option && indent > this.#indent) {
      this.#option.lines.push(value);
      return;
    }
    this.#indent = indent;
    this.#close();
    const header = /^\[(.+)\]/.exec(value)?.[1];
    if (header !== undefined) this.#open(header, number);
    else this.#begin(value, number);
  }

  finish(): IniFile {
    this.#close();
    if (this.#problems.length > 0) throw new ProblemError(EXIT.badConfig, this.#problems);
    return { path: this.#path, defaults: this.#defaults, sections: this.#sections };
  }

  #open(header: string, number: number): void {
    if (header === DEFAULT_SECTION) {
      this.#section = this.#defaults;
      return;
    }
    if (this.#sections.has(header)) this.#fail(number, `section [${header}] stands here a second time`);
    this.#section = new Map();
    this.#sections.set(header, this.#section);
  }

  #begin(value: string, number: number): void {
    if (!this.#section) {
      this.#fail(number, 'an option before the first [section]');
      return;
    }
    const delimiter = value.search(/[=:]/);
    const name = stripEnd(value.slice(0, Math.max(0, delimiter))).toLowerCase();
    if (name === '') {
      this.#fail(number, 'neither a [section] nor an option = value');
      return;
    }
    if (this.#section.has(name)) this.#fail(number, `option "${name}" stands a second time in its section`);
    this.#option = { name, lines: [strip(value.slice(delimiter + 1))], place: `${this.#path}:${number}` };
  }

  #close(): void {
    const open = this.#option;
    this.#option = undefined;
    if (!open) return;
    const text = stripEnd(open.lines.join('\n'));
    this.#section?.set(open.name, { text, place: open.place });
  }

  #fail(number: number, what: string): void {
    this.#problems.push({ where: `${this.#path}:${number}`, what });
  }
}

/** Where the comment of a line begins, or -1. */
function commentAt(line: string): number {
  if (/^[#;]/.test(strip(line))) return 0;
  for (let at = line.indexOf(';'); at >= 0; at = line.indexOf(';', at + 1)) {
    if (at === 0 || isBlank(line.charCodeAt(at - 1))) return at;
  }
  return -1;
}

function indentOf(line: string): number {
  let indent = 0;
  while (isBlank(line.charCodeAt(indent))) indent++;
  return indent;
}
