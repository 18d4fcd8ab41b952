/** Names of countries in the language of the report. */

/** `Intl` says "Hong Kong SAR China"; its short form is what people write, but only for these two. */
const SHORT: ReadonlySet<string> = new Set(['HK', 'MO']);

/** From an ISO 3166-1 code to a name; what is no such code is its own name. */
export function countryNamer(language: string): (code: string) => string {
  const long = new Intl.DisplayNames(language, { type: 'region', style: 'long' });
  const short = new Intl.DisplayNames(language, { type: 'region', style: 'short' });
  return (code) => {
    if (!/^[A-Z][A-Z]$/.test(code)) return code;
    return (SHORT.has(code) ? short : long).of(code) ?? code;
  };
}
