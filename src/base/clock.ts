/** The only place that reads the wall clock. Everything else takes time as an argument. */

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Microseconds of a clock that nobody sets; only differences mean something. */
export const monotonicClock: Clock = () => Number(process.hrtime.bigint() / 1000n);
