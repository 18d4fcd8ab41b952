/** Reads the outlines: lines of points as text, five bits a character (scripts/build-map.mjs writes them). */

/** Longitude and latitude, in turn, in degrees. From -169 to 191: the map is cut in the Bering Strait. */
export type Line = Float64Array;

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function decodeLines(text: string, stepsPerDegree: number): Line[] {
  const values = new Uint8Array(128);
  for (let i = 0; i < DIGITS.length; i++) values[DIGITS.charCodeAt(i)] = i;
  return text.split(' ').map((line) => decodeLine(line, values, stepsPerDegree));
}

function decodeLine(text: string, values: Uint8Array, stepsPerDegree: number): Line {
  const steps: number[] = [];
  let number = 0;
  let shift = 0;
  for (let i = 0; i < text.length; i++) {
    const value = values[text.charCodeAt(i)] ?? 0;
    number |= (value & 31) << shift;
    shift += 5;
    if (value >= 32) continue;
    steps.push(number & 1 ? ~(number >> 1) : number >> 1);
    number = 0;
    shift = 0;
  }
  // Each step goes on from the point before.
  const line = new Float64Array(steps.length);
  const at = [0, 0];
  for (const [i, step] of steps.entries()) {
    at[i % 2] = (at[i % 2] ?? 0) + step;
    line[i] = (at[i % 2] ?? 0) / stepsPerDegree;
  }
  return line;
}
