/** The values that our TOML files are made of: texts, numbers, durations, networks, dates. Each comes out ready to use. */
import * as v from 'valibot';
import { type Network, parseNetwork } from '../base/address.ts';
import { parseDuration } from '../base/duration.ts';

export const text = v.pipe(v.string('must be a text'), v.nonEmpty('must not be empty'));
export const texts = v.array(text, 'must be a list of texts');
export const truth = v.boolean('must be true or false');

/** IETF tags, as `Intl` takes them. */
export const languageTag = v.pipe(
  text,
  v.check(
    (tag) => /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/.test(tag) && isLanguage(tag),
    ({ input }) => `must be a language like "en", "de" or "pt-BR" (got "${input}")`,
  ),
);

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false; // A RangeError is how Intl says no.
  }
}

/** Milliseconds, at least `least`. */
const durationFrom = (least: number) =>
  v.pipe(
    v.string('must be a duration like "10m"'),
    v.rawTransform<string, number>(({ dataset, addIssue, NEVER }) => {
      const ms = parseDuration(dataset.value);
      if (ms !== undefined && ms >= least) return ms;
      addIssue({ message: `must be a duration like "10m" (got "${dataset.value}")` });
      return NEVER;
    }),
  );
export const duration = durationFrom(1);
/** Between two lengths that are whole seconds. */
export const span = (leastMs: number, mostMs: number) =>
  v.pipe(
    duration,
    v.minValue(leastMs, `must be at least "${leastMs / 1_000}s"`),
    v.maxValue(mostMs, `is at most "${mostMs / 1_000}s"`),
  );
/** For what "0s" turns off. */
export const durationOrNone = durationFrom(0);

export const network = v.pipe(
  v.string('must be an address or a network like "192.0.2.0/24"'),
  v.rawTransform<string, Network>(({ dataset, addIssue, NEVER }) => {
    const parsed = parseNetwork(dataset.value);
    if (parsed) return parsed;
    addIssue({ message: `must be an address or a network without host bits (got "${dataset.value}")` });
    return NEVER;
  }),
);

export const count = (least: number, most: number) =>
  v.pipe(
    v.number('must be a number'),
    v.integer('must be a whole number'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  );

export const weight = v.pipe(
  v.number('must be a number'),
  v.minValue(0, 'must not be negative'),
  v.maxValue(100, 'is at most 100'),
);

/** A date in TOML, as the epoch in milliseconds. */
export const date = v.pipe(
  v.date('must be a date like 2027-01-01'),
  v.transform((value) => value.getTime()),
);

/** A file or folder by its whole path: a daemon has no folder that it is "in". */
export const absolutePath = v.pipe(
  text,
  v.startsWith('/', ({ input }) => `must be a whole path that begins with "/" (got "${input}")`),
);
