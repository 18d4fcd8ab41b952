/** What a mail is known by (`Message-ID`): the same each time that the same is sent, under the domain of its sender. */
import { createHash } from 'node:crypto';

/** What it is made of may tell more than strangers need to know: a hash says only that it is the same. */
export function mailId(what: string, from: string): string {
  return `<${createHash('sha256').update(what).digest('hex').slice(0, 32)}.rapsheet@${domainOf(from)}>`;
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
