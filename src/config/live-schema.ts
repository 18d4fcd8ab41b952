/** The shapes of the tables that only the live parts read: [watch], [firewall], [protect], [daemon]. */
import * as v from 'valibot';
import { type ListenPlace, parsePlace, parseSyslogAddress } from './listen.ts';
import { absolutePath, durationOrNone, text, texts, truth } from './values.ts';

const logs = v.lazy((input): v.GenericSchema<unknown, 'auto' | string[]> => {
  const sentence = 'must be "auto" or a list of paths and globs';
  return typeof input === 'string' ? v.literal('auto', sentence) : v.array(absolutePath, sentence);
});

const syslogAddress = v.pipe(
  text,
  v.rawTransform<string, string>(({ dataset, addIssue, NEVER }) => {
    const parsed = parseSyslogAddress(dataset.value);
    if ('address' in parsed) return parsed.address;
    addIssue({ message: parsed.problem });
    return NEVER;
  }),
);

/** `auto` is the first of nftables and ipset that works. */
export const FIREWALL_TYPES = ['auto', 'nftables', 'ipset', 'command', 'memory'] as const;

/** What may be replaced in an argument of a command. */
export const PLACEHOLDERS = ['address', 'family', 'seconds', 'group'] as const;

/** A program and its arguments; no shell reads them. */
const command = v.pipe(
  texts,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const [program, ...args] = dataset.value;
    if (program === undefined) return addIssue({ message: 'must be a list: a program and its arguments' });
    if (program.includes('{')) return addIssue({ message: 'the first entry is the program and has no placeholder' });
    for (const name of args.flatMap((arg) => [...arg.matchAll(/\{(\w*)\}/g)].map((match) => match[1] ?? ''))) {
      if (PLACEHOLDERS.some((known) => known === name)) continue;
      const known = PLACEHOLDERS.map((each) => `{${each}}`).join(', ');
      addIssue({ message: `there is no placeholder {${name}}; there are ${known}` });
    }
  }),
);

const onAddress = v.pipe(
  command,
  v.check(
    (list) => list.some((arg) => arg.includes('{address}')),
    'must have an argument with {address}, or nothing is said of whom to block',
  ),
);

const hooks = v.pipe(
  v.array(v.picklist(['input', 'forward'], 'must be "input" or "forward"'), 'must be a list of "input" and "forward"'),
  v.nonEmpty('must have "input", "forward" or both'),
  v.transform((list) => [...new Set(list)]),
);

const metrics = v.pipe(
  text,
  v.rawTransform<string, ListenPlace>(({ dataset, addIssue, NEVER }) => {
    const place = parsePlace(dataset.value);
    if (place) return place;
    addIssue({
      message: `must be an address and a port like "127.0.0.1:9773" or "[::1]:9773" (got "${dataset.value}")`,
    });
    return NEVER;
  }),
);

/** systemd and groupadd agree on these names. */
const groupName = v.pipe(text, v.regex(/^[A-Za-z_][A-Za-z0-9_-]{0,31}$/, 'must be the name of a group'));

/** The kernel's limit for the path of a Unix socket is 108 bytes with its end. */
const socket = v.pipe(
  absolutePath,
  v.check((path) => Buffer.byteLength(path) <= 107, 'is longer than the 107 bytes that the path of a socket may have'),
);

export const liveSchemas = {
  watch: v.optional(
    v.strictObject({
      logs: v.optional(logs),
      journal: v.optional(v.picklist(['auto', 'yes', 'no'], 'must be "auto", "yes" or "no"')),
      syslog: v.optional(v.array(syslogAddress, 'must be a list of addresses like "udp://127.0.0.1:5514"')),
    }),
  ),
  firewall: v.optional(
    v.strictObject({
      type: v.optional(v.picklist(FIREWALL_TYPES, 'must be "auto", "nftables", "ipset", "command" or "memory"')),
      hooks: v.optional(hooks),
      cut: v.optional(truth),
      command: v.optional(
        v.strictObject({ block: onAddress, release: onAddress, list: v.optional(command) }, 'must be a table'),
      ),
    }),
  ),
  protect: v.optional(v.strictObject({ logins: v.optional(durationOrNone), allow_file: v.optional(absolutePath) })),
  daemon: v.optional(
    v.strictObject({ socket: v.optional(socket), group: v.optional(groupName), metrics: v.optional(metrics) }),
  ),
};

const live = v.strictObject(liveSchemas);
export type LiveInput = v.InferOutput<typeof live>;
