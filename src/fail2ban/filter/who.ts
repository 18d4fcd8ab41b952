/** Whom the fields of a failure name. */
import { type Host, hostOf, parseIdentity, type UseDns } from '../identity.ts';
import { type Fields, textOf } from './fields.ts';

export interface Who {
  readonly subject: Host;
  /** The client's address, when the failure is about something else. */
  readonly address?: Host;
}

/** Undefined when nothing says who it was; none when nobody is to be found out. */
export function whoIs(fields: Fields, useDns: UseDns): readonly Who[] | undefined {
  const id = fields.get('fid');
  const address = addressOf(fields);
  const name = fields.get('dns');
  if (address) {
    const known: Host = { type: 'known', identity: parseIdentity(address.text, address) };
    // What is told as the identity counts, unless it is the address itself.
    if (id === undefined || textOf(id) === address.text) return [{ subject: known }];
    return [{ subject: named(textOf(id), useDns), address: known }];
  }
  if (name === undefined) return id === undefined ? undefined : [{ subject: named(textOf(id), useDns) }];
  const host = hostOf(textOf(name), useDns);
  return host.type === 'nobody' ? [] : [{ subject: host }];
}

function named(id: string, useDns: UseDns): Host {
  return { type: 'known', identity: useDns === 'raw' ? { type: 'text', text: id } : parseIdentity(id) };
}

function addressOf(fields: Fields): { text: string; family: 4 | 6; prefix?: number } | undefined {
  const [four, six, bits] = [fields.get('ip4'), fields.get('ip6'), fields.get('cidr')];
  const text = four ?? six;
  if (text === undefined) return undefined;
  const family = four === undefined ? 6 : 4;
  return { text: textOf(text), family, ...(bits ? { prefix: Number(textOf(bits)) } : {}) };
}
