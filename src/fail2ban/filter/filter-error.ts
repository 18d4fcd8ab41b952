/** What is wrong with a filter. */
import { DatePatternError } from '../dates/tokens.ts';
import { RegexError } from '../regex/reader.ts';

/** An expression or a pattern of a filter that cannot be used: which option, what it says, and why. */
export class FilterError extends Error {
  readonly option: string;
  readonly source: string;

  constructor(option: string, source: string, why: string) {
    super(why);
    this.option = option;
    this.source = source;
  }
}

/** @throws FilterError for what an expression or a pattern cannot be made of */
export function usable<Made>(option: string, source: string, make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (error instanceof RegexError)
      throw new FilterError(option, source, `column ${error.column + 1}: ${error.message}`);
    if (error instanceof DatePatternError) throw new FilterError(option, source, error.message);
    throw error;
  }
}
