/** Of lines that differ in their digits, a reader tells what filters tell that try every expression on every line. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diskTree } from '../config/file-tree.ts';
import { readFilter } from '../config/filter-file.ts';
import { INSTALLED, installedVersion, sampleLines } from '../testing/original.ts';
import { byReader, differences, everyLine, type Make, making } from '../testing/reading.ts';
import { type FailureFilter, FilterError, type FilterOptions } from './filter.ts';

const DATE = '2005-08-14T10:';
/** A filter with all that sessions and fields can be, and an expression that tells digits apart before one that does not. */
const service = {
  prefRegex: '^<F-MLFID>\\s*\\S+ svc(?:\\[\\d+\\])?:</F-MLFID> (?:error: )?<F-CONTENT>.+</F-CONTENT>$',
  failRegex: [
    '^refused for u[13] from <ADDR>$',
    '^(?P<code>5[0-4]7) refused (?:for <F-USER>\\S+</F-USER> )?from <HOST>$',
    '^refused (?:for (?P<inv>nobody )?<F-USER>\\S+|.*?</F-USER> )?from <HOST>(?: port \\d+)?(?(inv): |(?:(?:(?! from ).)*)$)',
    '^<F-NOFAIL>Hello from</F-NOFAIL> <HOST> port <F-PORT/>',
    '^<F-MLFFORGET>Goodbye</F-MLFFORGET>(?: from <HOST>| <F-USER>\\w+</F-USER>)',
    '^<F-MLFFORGET><F-MLFGAINED>Welcome \\w+</F-MLFGAINED></F-MLFFORGET> for <F-USER>\\S+</F-USER> from <HOST>',
    '^Subnet <SUBNET> denied to <F-ID>\\S+</F-ID>',
    '^Denied (?:<F-ALT_USER>a\\d</F-ALT_USER>|<F-USER>b\\d</F-USER>) from <ADDR>',
    '^code (\\d)\\1 refused by <ADDR>',
  ],
};

/** What somebody may be called, or say, who knows the expressions. */
const hostile = fc.oneof(
  fc.constantFrom(
    'root',
    'u7',
    'nobody u1',
    'x from 192.0.2.9',
    '192.0.2.8 port 1',
    'é',
    '\t',
    '[7]: ',
    '547',
    'refused ',
  ),
  fc.string({ unit: fc.constantFrom(...'ab from:[]12. \r'), maxLength: 12 }),
);
const address = fc.oneof(
  fc.tuple(fc.nat(299), fc.nat(9), fc.nat(99), fc.nat(299)).map((parts) => parts.join('.')),
  fc.constantFrom('2001:db8::1', '2001:db8::7', '::ffff:192.0.2.7', '[192.0.2.4]', 'host7.example', '::', '1.2.3'),
);
const number = fc.oneof(fc.nat(9), fc.nat(65_535));
const said = fc
  .tuple(fc.nat(9), hostile, address, number)
  .map(([kind, user, from, port]) =>
    [
      `547 refused for ${user} from ${from}`,
      `refused for ${user} from ${from} port ${port}`,
      `refused for nobody ${user} from ${from} port ${port}: `,
      `refused from ${from}`,
      `Hello from ${from} port ${port}`,
      `Goodbye ${user}`,
      `Welcome u${port} for ${user} from ${from}`,
      `Subnet ${from}/${port % 40} denied to ${user}`,
      `Denied ${port % 2 ? 'a' : 'b'}${port % 10} from ${from}`,
      `code ${port % 100} refused by ${from}, refused from ${from}`,
    ].at(kind),
  );
/** Most dates are of one form. */
const day = fc.oneof({ weight: 12, arbitrary: fc.constant(DATE) }, fc.constantFrom('2005-08-14 10:', 'Aug 14 10:'));
const line = fc
  .tuple(day, fc.nat(59), fc.constantFrom('', '.5', ',12', '.123', '.124', '+06:00', 'Z'), fc.nat(12), said)
  .map(
    ([hour, second, rest, process, text]) =>
      `${hour}${String(second >> 4).padStart(2, '0')}:${String(second).padStart(2, '0')}${rest} h svc[${process}]: ${text}`,
  );
/** Each comes again and again, now and then with other digits or cut off. */
const lines = fc.array(line, { minLength: 1, maxLength: 6 }).chain((some) =>
  fc.array(
    fc.tuple(fc.constantFrom(...some), fc.nat(9), fc.nat(30), fc.nat(150)).map(([text, digit, place, cut]) => {
      const changed = text.slice(0, 25) + text.slice(25).replace(/\d/g, (own, at) => (at === place ? `${digit}` : own));
      return cut < 8 ? changed.slice(0, -cut) : changed;
    }),
    { minLength: 30, maxLength: 150 },
  ),
);

/** Filters that are kept, to be asked how much they knew. */
function kept(make: Make): { readonly make: Make; readonly made: FailureFilter[] } {
  const made: FailureFilter[] = [];
  return {
    made,
    make: () => {
      const filter = make();
      made.push(filter);
      return filter;
    },
  };
}

const known = (made: readonly FailureFilter[]): number => made.reduce((sum, filter) => sum + filter.known, 0);

describe('lines of one shape', () => {
  it.each([
    ['log', 'raw'],
    ['live', 'yes'],
    ['start', 'warn'],
    ['replay', 'no'],
  ] satisfies [FilterOptions['mode'], FilterOptions['useDns']][])(
    'tell the same as each by itself: %s, %s',
    (mode, useDns) => {
      const { make, made } = kept(making(service, { mode, useDns, findTime: 9_000_000 }));
      fc.assert(
        fc.property(lines, fc.constantFrom(3, 1_000), (all, size) => {
          expect(differences(byReader([make, make], all, size), everyLine([make, make], all))).toEqual([]);
        }),
        { numRuns: 30 },
      );
      expect(known(made)).toBeGreaterThan(200);
    },
  );

  it('are tried again where an expression before may tell digits apart', () => {
    const { make, made } = kept(making(service));
    const at = (text: string): string => `${DATE}00:00 h svc[1]: ${text}`;
    const alike = [541, 647, 547, 548, 507, 547].map((code) => at(`${code} refused for u from 192.0.2.1`));
    const refused = [5, 7, 9, 8, 1, 2, 3].map((user) => at(`refused for u${user} from 192.0.2.1`));
    const all = [...alike, ...refused, ...alike];
    expect(byReader([make], all, 100)).toEqual(everyLine([make], all));
    expect(everyLine([make], all).length).toBe(3 + 7 + 3);
    expect(known(made)).toBeGreaterThan(2);
  });
});

const version = installedVersion();
if (version === undefined) console.warn('src/fail2ban/filter/shapes.test.ts: no fail2ban is installed, skipped');

function installed(name: string): Make | undefined {
  const file = readFilter({ tree: diskTree, root: INSTALLED }, { name, call: new Map(), jail: new Map() });
  const make = making(file);
  try {
    make();
    return make;
  } catch (error) {
    if (error instanceof FilterError) return undefined;
    throw error;
  }
}

describe.skipIf(version === undefined)(
  `${version === undefined ? 'SKIPPED, fail2ban is not installed: ' : ''}the installed filters`,
  () => {
    it('find the same in lines of their services with other digits', () => {
      let knew = 0;
      const random = { state: 7 };
      const roll = (limit: number): number => {
        random.state = (Math.imul(random.state, 1_664_525) + 1_013_904_223) >>> 0;
        return Math.floor((random.state / 2 ** 32) * limit);
      };
      // What is before is likely the date, of which nothing is to be changed here.
      const changed = (text: string): string => {
        const one = text.slice(0, 28) + text.slice(28).replace(/\d/g, (own) => (roll(3) > 0 ? String(roll(10)) : own));
        const at = 28 + roll(one.length);
        return roll(8) > 0 ? one : one.slice(0, at) + one.slice(at + 1);
      };
      for (const [name, samples] of sampleLines()) {
        const filter = installed(name);
        if (!filter) continue;
        const { make, made } = kept(filter);
        const all = samples.flatMap((text) => [text, text, ...Array.from({ length: 6 }, () => changed(text))]);
        expect({ name, is: differences(byReader([make], all, 500), everyLine([make], all)) }).toEqual({ name, is: [] });
        knew += known(made);
      }
      expect(knew).toBeGreaterThan(1_000);
    });
  },
);
