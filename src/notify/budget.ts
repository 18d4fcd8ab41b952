/** How much may be told in an hour. What there is no room for is told by the next digest. */

const HOUR = 3_600_000;

/** When something was told within the last hour, the first first. */
export type Told = readonly number[];

/** Without what is over. A clock that was set back must not leave times behind that stay in the future. */
export function lately(told: Told, now: number): Told {
  return told.map((time) => Math.min(time, now)).filter((time) => time > now - HOUR);
}

/** How many more messages may be made now. */
export function roomFor(told: Told, { perHour, now }: { readonly perHour: number; readonly now: number }): number {
  return Math.max(0, perHour - lately(told, now).length);
}
