/** What a form of date is called in a listing: its pattern with words for the tokens, as the original lists it. */

const WORDS: Readonly<Record<string, string>> = {
  a: 'DAY',
  A: 'DAYNAME',
  b: 'MON',
  B: 'MONTH',
  d: 'Day',
  f: 'Microseconds',
  H: '24hour',
  I: '12hour',
  j: 'Yearday',
  m: 'Month',
  M: 'Minute',
  p: 'AMPM',
  S: 'Second',
  U: 'Yearweek',
  w: 'Weekday',
  W: 'Yearweek',
  y: 'Year2',
  Y: 'Year',
  z: 'Zone offset',
  Z: 'Zone name',
  '%': '%',
};

/** `name`: of a DateTemplate. */
export function titleOf(name: string): string {
  return name.replace(/^\{UNB\}/, '').replace(/%(Ex)?([A-Za-z%])/g, (token, strict: string | undefined, letter) => {
    const word = WORDS[letter];
    return word === undefined ? token : `${strict === undefined ? '' : 'Ex'}${word}`;
  });
}
