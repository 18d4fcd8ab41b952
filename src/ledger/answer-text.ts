/** How answers of others are written: as JSON, field by field, so that equal ones are equal text whoever gave them. */
import type { Answer } from '../model.ts';

export function answerText(answer: Answer): string {
  switch (answer.about) {
    case 'reverse-name':
      return JSON.stringify({ about: answer.about, names: answer.names.map(({ name, verified }) => [name, verified]) });
    case 'registration': {
      const { about, network, name, holder, country, abuse } = answer;
      return JSON.stringify({ about, network, name, holder, country, abuse });
    }
    case 'tor-exit':
      return JSON.stringify({ about: answer.about, isExit: answer.isExit });
    case 'listings': {
      const { about, lists, unlisted } = answer;
      return JSON.stringify({ about, lists: lists.map(({ list, codes }) => [list, codes]), unlisted });
    }
  }
}

/** Undefined for text that is no answer of ours. */
export function answerFrom(value: unknown): Answer | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  switch (fields.get('about')) {
    case 'reverse-name': {
      const names = pairsOf(fields.get('names')).map(([name, verified]) => ({
        name: String(name),
        verified: verified === true,
      }));
      return Object.freeze({ about: 'reverse-name', names });
    }
    case 'registration': {
      const text = (name: string): string | undefined => textOf(fields.get(name));
      const [network, name, holder, country] = [text('network'), text('name'), text('holder'), text('country')];
      return Object.freeze({
        about: 'registration',
        network,
        name,
        holder,
        country,
        abuse: texts(fields.get('abuse')),
      });
    }
    case 'tor-exit':
      return Object.freeze({ about: 'tor-exit', isExit: fields.get('isExit') === true });
    case 'listings': {
      const lists = pairsOf(fields.get('lists')).map(([list, codes]) => ({ list: String(list), codes: texts(codes) }));
      return Object.freeze({ about: 'listings', lists, unlisted: texts(fields.get('unlisted')) });
    }
    default:
      return undefined;
  }
}

function pairsOf(value: unknown): ReadonlyArray<readonly [unknown, unknown]> {
  if (!Array.isArray(value)) return [];
  return value.flatMap((pair: unknown) => (Array.isArray(pair) ? [[pair[0], pair[1]] as const] : []));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
