/** Which address others are asked about for the ban of a network. */
import { type Address, contains, type Network } from '../base/address.ts';
import type { Evidence } from '../model.ts';

/** The banned address itself, or of a network the one that attacked last; its first address where no line names one. */
export function askedAddress(subject: Network, evidenceOf: () => readonly Evidence[]): Address {
  if (subject.bits === 128) return subject.base;
  const last = evidenceOf()
    .filter(({ address }) => contains(subject, address))
    .at(-1);
  return last?.address ?? subject.base;
}
