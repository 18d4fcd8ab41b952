/** What templates may name, with its meaning: the check, the facts of a notice and the manual (docs/alerts.md) are held to it. */

export type Field =
  | { readonly kind: 'value'; readonly about: string }
  | { readonly kind: 'list'; readonly about: string; readonly of: Field }
  | { readonly kind: 'group'; readonly about: string; readonly fields: Readonly<Record<string, Field>> };

function value(about: string): Field {
  return { kind: 'value', about };
}

function list(about: string, of: Field | Readonly<Record<string, Field>>): Field {
  return { kind: 'list', about, of: isField(of) ? of : group(about, of) };
}

function group(about: string, fields: Readonly<Record<string, Field>>): Field {
  return { kind: 'group', about, fields };
}

function isField(given: Field | Readonly<Record<string, Field>>): given is Field {
  return typeof given.kind === 'string';
}

const COUNTED = { name: value('the name'), count: value('how many') };

const ORIGIN = {
  country: value('ISO 3166, such as NL'),
  asn: value('the number of the autonomous system'),
  organization: value('who runs the network'),
  network: value('the announced network'),
  scanner: value('the research scanner that it belongs to'),
  type: value('hosting, access, business, ...'),
};

const BAN = {
  id: value('the number of the ban in the ledger'),
  subject: value('the address or network'),
  host: value('the host that banned it'),
  jail: value('the jail'),
  service: value('ssh, mail, web, ...'),
  kind: value('the kind of attempt, such as ssh.login'),
  from: value('since when'),
  until: value('until when; not there for good'),
  duration: value('how long, such as 1h; not there for good'),
  prior: value('earlier bans, on all hosts'),
  rule: value('threshold, slow, wide, campaign, manual'),
  reason: value('why, in a sentence'),
  block: value('blocked, refused, ineffective, dry-run or pending'),
  why: value('why it is refused or ineffective'),
  origin: group('where it comes from', ORIGIN),
  evidence: list('the last lines that led to the ban, at most ten', {
    time: value('of the line'),
    path: value('the log'),
    offset: value('where the line begins in the log, in bytes'),
    line: value('as it was logged, cut'),
  }),
  record: group('the rap sheet in short', {
    bans: value('bans of it, with this one'),
    first: value('when the first of them began'),
    hosts: list('the hosts that banned it', value('the host')),
    kinds: list('attempts by kind, the most first', COUNTED),
  }),
};

const FIGURES = { bans: value('bans'), addresses: value('addresses banned'), attempts: value('attempts of anybody') };

export const FIELDS: Field = group('', {
  title: value('the title in the usual words'),
  made: value('when the message was made'),
  ban: group('of a ban only', { ...BAN, news: list('why it is told at once', value('in words')) }),
  digest: group('of a digest only', {
    every: value('hour, day, week or month'),
    from: value('since when'),
    until: value('until when'),
    ...FIGURES,
    before: group('the figures of the digest before', FIGURES),
    countries: list('bans by country, the most first', COUNTED),
    organizations: list('bans by organization', COUNTED),
    kinds: list('bans by kind', COUNTED),
    hosts: list('bans by host', COUNTED),
    groups: list('bans by what they have in common, the largest group first', {
      by: value('campaign, network or address'),
      name: value('the account, the network, the address'),
      organization: value('who runs the network'),
      country: value('of the network'),
      bans: value('bans of the group'),
      addresses: value('addresses of the group'),
      kinds: list('kinds of attempt', value('the kind')),
      members: list('some of its addresses', value('the address')),
    }),
    rest: value('bans of smaller groups; not there when there are none'),
    held: list('news that was held back, because too much was told already', BAN),
    heldRest: value('how many more of them; not there when there are none'),
  }),
  report: group('of a monthly report only', {
    month: value('such as 2026-10'),
    summary: list('sentences that sum it up', value('the sentence')),
    path: value('the file that it was written to'),
  }),
  test: group('of a test only', { by: value('who sent it') }),
});

/** Every name with its meaning, as the manual lists them: `ban.evidence[].line`. */
export function fieldNames(field: Field = FIELDS, prefix = ''): readonly (readonly [name: string, about: string])[] {
  const own: readonly [string, string][] = prefix === '' ? [] : [[prefix, field.about]];
  if (field.kind === 'value') return own;
  if (field.kind === 'list') return [...own, ...fieldNames(field.of, `${prefix}[]`).slice(1)];
  const dot = prefix === '' ? '' : `${prefix}.`;
  return [...own, ...Object.entries(field.fields).flatMap(([name, each]) => fieldNames(each, dot + name))];
}
