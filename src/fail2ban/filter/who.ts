/** Whom the fields of a failure name. */
import { type Host, hostOf, type Identity, parseClient, parseIdentity, type UseDns } from '../identity.ts';
import { FIELD, type FieldList, textOf } from './fields.ts';

export interface Who {
  readonly subject: Host;
  /** The client's address, when the failure is about something else. */
  readonly address?: Identity;
}

/** Undefined when nothing says who it was; `nobody` when that is not to be found out. */
export function whoIs(fields: FieldList, useDns: UseDns): Who | 'nobody' | undefined {
  const id = fields.get(FIELD.fid);
  const four = fields.get(FIELD.ip4);
  const address = four ?? fields.get(FIELD.ip6);
  if (address !== undefined) {
    const text = textOf(address);
    const bits = fields.get(FIELD.cidr);
    const family = four === undefined ? 6 : 4;
    const identity = bits ? parseIdentity(text, { family, prefix: Number(textOf(bits)) }) : parseClient(text, family);
    // What is told as the identity counts, unless it is the address itself.
    if (id === undefined || textOf(id) === text) return { subject: identity };
    return { subject: named(textOf(id), useDns), address: identity };
  }
  const name = fields.get(FIELD.dns);
  if (name === undefined) return id === undefined ? undefined : { subject: named(textOf(id), useDns) };
  const host = hostOf(textOf(name), useDns);
  return host ? { subject: host } : 'nobody';
}

function named(id: string, useDns: UseDns): Identity {
  return useDns === 'raw' ? { type: 'text', text: id } : parseIdentity(id);
}
