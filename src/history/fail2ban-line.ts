/**
 * One line of fail2ban's own log, of any version since 0.6, written to a file, to syslog or to the journal. A line counts
 * only as a whole, from its first character to its last: fail2ban logs what commands of its actions said, and with it
 * what attackers wrote.
 */

/** Addresses and jails are as they stand in the line. */
export type Entry =
  | {
      readonly what: 'ban' | 'unban' | 'restore' | 'found';
      readonly jail: string;
      readonly address: string;
      /** Seconds, where the line says how long it will last. */
      readonly seconds?: number | undefined;
      /** Of a failure: where its own time begins in the text, if it has one. */
      readonly at?: number;
    }
  /** The end is where its time begins in the text; -1 for good. */
  | { readonly what: 'increase'; readonly jail: string; readonly address: string; readonly end: number }
  /** What follows is about this jail. */
  | { readonly what: 'jail'; readonly jail: string }
  | { readonly what: 'bantime'; readonly seconds: number }
  /** All bans are about to be taken out of the firewall; that does not end them. */
  | { readonly what: 'stopping' }
  | { readonly what: 'started' };

/** Who speaks (a host, the program, its number) and the level; what follows is the message. */
const SPEAKER = /^(?:(?:[^ ]+ )?fail2ban[\w.-]* *(?:\[\d+\])?: *)?(?:[A-Z]+ +)?/;
const BRACKETED = /^\[([^\][ ]+)\] (Ban|Unban|Restore Ban|Increase Ban|Found) ([^ ]+)(.*)$/;
/** What may follow `Found ADDRESS` where it is a failure of its own; `, bad - ` repeats those before it. */
const FOUND_AT = /^(?: - \d\d\d\d-\d\d-\d\d \d\d:\d\d:\d\d)?$/;
const INCREASED = /^ \(\d+ # .+ -> (?:(infinite)|\d\d\d\d-\d\d-\d\d \d\d:\d\d:\d\d)\)$/;
const TIME_LENGTH = '2024-10-03 12:00:00'.length;
const END_LENGTH = TIME_LENGTH + 1;
const NEW_JAIL = /^(?:Creating new jail|Reload jail|Restart jail) '([^']+)'/;
const BAN_TIME = /^ *(?:Set )?banTime(?::| =) (-?\d+)$/;
/** Version 0.6: `WARNING: SSH: Ban (600 s) 203.0.113.7`. */
const OLDEST = /^(?:WARNING|INFO): ([^: ]+): (Ban|Unban) (?:\((\d+) s\) )?([^ ]+)$/;
/** Of the program, with a time of its own: what systemd and syslog keep of a program that writes to its output. */
const OUTER = /^(?:[^ ]+ )?fail2ban[\w.-]*(?:\[\d+\])?: *\d\d\d\d-/;

const IGNORED = /^\[([^\][ ]+)\] Ignore ([^ ]+) by ([a-z]+(?: [a-z]+)?)$/;
const HELD = /^\[([^\][ ]+)\] ([^ ]+) already banned$/;

/** The patterns, for the proof that they run in linear time. */
export const EXPRESSIONS: readonly RegExp[] = [
  ...[SPEAKER, BRACKETED, FOUND_AT, INCREASED],
  ...[NEW_JAIL, BAN_TIME, OLDEST, OUTER, IGNORED, HELD],
];

/** Why there is no ban; of no concern to who wants the bans. */
export type Aside =
  /** `by`: `ip`, `dns`, `command`, `ignoreself rule`. */
  | { readonly what: 'ignored'; readonly jail: string; readonly address: string; readonly by: string }
  /** It is banned, and a limit was reached again. */
  | { readonly what: 'held'; readonly jail: string; readonly address: string };

/** What a line says behind its time of somebody who is not banned by it. */
export function asideOf(text: string): Aside | undefined {
  const message = text.slice(SPEAKER.exec(text)?.[0].length ?? 0);
  const ignored = IGNORED.exec(message);
  if (ignored) {
    const [, jail = '', address = '', by = ''] = ignored;
    return { what: 'ignored', jail, address, by };
  }
  const held = HELD.exec(message);
  if (!held) return undefined;
  const [, jail = '', address = ''] = held;
  return { what: 'held', jail, address };
}

/** Where a second, inner time begins; -1 when there is none. */
export function innerTime(text: string): number {
  const outer = OUTER.exec(text);
  return outer ? outer[0].length - '2024-'.length : -1;
}

/** What a line says behind its time; undefined for everything that is of no concern. */
export function entryOf(text: string): Entry | undefined {
  const oldest = OLDEST.exec(text);
  if (oldest) {
    const [, jail = '', verb, seconds, address = ''] = oldest;
    const length = seconds === undefined ? undefined : Number(seconds);
    return { what: verb === 'Ban' ? 'ban' : 'unban', jail, address, seconds: length };
  }
  const start = SPEAKER.exec(text)?.[0].length ?? 0;
  const message = text.slice(start);
  return message.startsWith('[') ? bracketed(message, text.length) : control(message);
}

function bracketed(message: string, length: number): Entry | undefined {
  const [, jail = '', verb, address = '', rest = ''] = BRACKETED.exec(message) ?? [];
  switch (verb) {
    case 'Ban':
      return rest === '' ? { what: 'ban', jail, address } : undefined;
    case 'Unban':
      return rest === '' ? { what: 'unban', jail, address } : undefined;
    case 'Restore Ban':
      return rest === '' ? { what: 'restore', jail, address } : undefined;
    case 'Found':
      if (!FOUND_AT.test(rest)) return undefined;
      return { what: 'found', jail, address, ...(rest === '' ? {} : { at: length - TIME_LENGTH }) };
    case 'Increase Ban': {
      const increased = INCREASED.exec(rest);
      if (!increased) return undefined;
      return { what: 'increase', jail, address, end: increased[1] === undefined ? length - END_LENGTH : -1 };
    }
    default:
      return undefined;
  }
}

function control(message: string): Entry | undefined {
  if (message.startsWith('Stopping all jails') || message.startsWith('Shutdown in progress')) {
    return { what: 'stopping' };
  }
  if (message.startsWith('Starting Fail2ban') || message.startsWith('Changed logging target')) {
    return { what: 'started' };
  }
  const jail = NEW_JAIL.exec(message)?.[1];
  if (jail !== undefined) return { what: 'jail', jail };
  const seconds = BAN_TIME.exec(message)?.[1];
  return seconds === undefined ? undefined : { what: 'bantime', seconds: Number(seconds) };
}
