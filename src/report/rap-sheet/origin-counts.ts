/** Where bans come from, when they come from several places: how many from which, the most first. */
import type { Origin } from '../../model.ts';
import type { Words } from '../words.ts';

/** Values that are told apart: an autonomous system announces hundreds of networks, the tail of them with a ban each. */
const VALUES = 5_000;
/** Values that are told. */
const TOLD = 5;

type Field = 'country' | 'organization' | 'asn' | 'network' | 'scanner' | 'type';
const FIELDS: readonly Field[] = ['country', 'organization', 'asn', 'network', 'scanner', 'type'];

export class OriginCounts {
  readonly #counts = new Map<Field, Map<string, number>>(FIELDS.map((field) => [field, new Map()]));

  add(origin: Origin): void {
    for (const [field, counts] of this.#counts) {
      const value = String(fieldOf(origin, field) ?? '');
      const known = counts.get(value);
      if (known !== undefined || counts.size < VALUES) counts.set(value, (known ?? 0) + 1);
    }
  }

  /** `Netherlands`; of several `Netherlands (12 bans), unknown (3 bans), and 2 more`; undefined where nothing is known. */
  told(field: Field, words: Words, nameOf: (value: string) => string): string | undefined {
    const counts = [...(this.#counts.get(field) ?? [])].sort((a, b) => b[1] - a[1] || words.compare(a[0], b[0]));
    if (counts.every(([value]) => value === '')) return undefined;
    const named = (value: string): string => (value === '' ? words.say('unknown') : nameOf(value));
    if (counts.length === 1) return counts.map(([value]) => named(value)).join('');
    const told = counts
      .slice(0, TOLD)
      .map(([value, bans]) => `${named(value)} (${words.phrases.notes.things(bans, 'bans')})`);
    const more = counts.length - TOLD;
    return words.list([...told, ...(more > 0 ? [words.phrases.sheet.more(more)] : [])]);
  }
}

function fieldOf(origin: Origin, field: Field): string | number | undefined {
  return field === 'organization' ? (origin.organization ?? origin.organizationAsGiven) : origin[field];
}
