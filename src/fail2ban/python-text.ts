/** Values as Python prints them, for scripts that were written for the original, and where the original makes text of several. */

export type PythonValue = string | number | boolean | null | readonly PythonValue[] | PythonSet | PythonMap;
export type PythonMap = ReadonlyMap<string, PythonValue>;
export type PythonSet = ReadonlySet<string>;

/** As `repr` has it. */
export function pythonText(value: PythonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return pythonQuoted(value);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof Map) {
    const entries = [...value].map(([name, each]) => `${pythonQuoted(String(name))}: ${pythonText(each)}`);
    return `{${entries.join(', ')}}`;
  }
  if (value instanceof Set) return `{${[...value].map((each) => pythonQuoted(String(each))).join(', ')}}`;
  const parts = [...value].map((each) => pythonText(each));
  return `(${parts.join(', ')}${parts.length === 1 ? ',' : ''})`;
}

/** A time as a float: there is always a fraction. */
export function pythonSeconds(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}.0` : String(seconds);
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
/** What Python takes for unprintable: controls, format characters, separators but the blank, what is not assigned. */
const UNPRINTABLE = /[\\\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** A text as `repr` has it: in the quotes that it needs, with escapes for what cannot be seen. */
export function pythonQuoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return ESCAPES[character] ?? hexadecimal(code);
  });
  return quote + escaped.replaceAll(quote, `\\${quote}`) + quote;
}

function hexadecimal(code: number): string {
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}
