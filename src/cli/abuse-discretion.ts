/** What abuse desks may read of our logs: lines through the mask of public reports, and the ports that attackers came from. */
import { isIPv4 } from '../base/address.ts';
import { fromLog } from '../base/text.ts';
import type { FilterDefinition } from '../filter/definition.ts';
import type { Evidence } from '../model.ts';
import type { Discretion } from '../notify/abuse/abuse.ts';
import { type Privacy, publicMask } from '../report/report.ts';

/** `own`: what stands around the lines in what is sent. */
export function discretionOf(privacy: Privacy, filters: readonly FilterDefinition[], own: string): Discretion {
  const mask = publicMask(privacy, own);
  const readsPort = portReaders(filters);
  return {
    line: ({ line, user }) => fromLog(mask.text(line, user)),
    target: ({ target, user }) => (target === undefined ? undefined : fromLog(mask.text(target, user))),
    port: (evidence) => (readsPort.has(keyOf(evidence)) ? portIn(evidence) : undefined),
    isOurs: ({ text }) => mask.subject(text) !== text,
  };
}

/** The patterns of lines in which the daemon writes the port right behind the address. */
function portReaders(filters: readonly FilterDefinition[]): ReadonlySet<string> {
  const readers = filters.flatMap(({ name, patterns }) =>
    patterns.flatMap(({ match }, i) =>
      match !== undefined && /<address>(?:\\\]\??)?(?: port |:)<port>/.test(match) ? [`${name} ${i + 1}`] : [],
    ),
  );
  return new Set(readers);
}

function keyOf({ filter, pattern }: Evidence): string {
  return `${filter} ${pattern}`;
}

/**
 * The port behind the address, when the line has exactly one: where a client wrote another one into its name or its banner,
 * nobody knows which is the daemon's, and somebody else behind the same NAT would be blamed.
 */
function portIn({ address, line }: Evidence): number | undefined {
  const text = address.text.replaceAll('.', '\\.');
  // An IPv6 address without brackets and a colon are part of another address.
  const behind = isIPv4(address) ? '\\]?(?: port |:)' : '(?:\\]:| port )';
  const found = [...line.matchAll(new RegExp(`(?<![\\w.:])${text}${behind}(\\d{1,5})(?!\\d)`, 'gi'))];
  const port = Number(found[0]?.[1]);
  return found.length === 1 && port >= 1 && port <= 65_535 ? port : undefined;
}
