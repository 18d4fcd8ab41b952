/** What templates may name, with its meaning: the check, the facts of a notice and the manual (docs/alerts.md) are held to it. */

export type Field =
  /** `isOwn`: named by an administrator, or by us; it is no text of others. */
  | { readonly kind: 'value'; readonly about: string; readonly isOwn: boolean }
  | { readonly kind: 'list'; readonly about: string; readonly of: Field }
  | { readonly kind: 'group'; readonly about: string; readonly fields: Readonly<Record<string, Field>> };

function value(about: string): Field {
  return { kind: 'value', about, isOwn: false };
}

function own(about: string): Field {
  return { kind: 'value', about, isOwn: true };
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

const COUNTED = { name: value('the name'), count: own('how many') };
const COUNTED_OWN = { name: own('the name'), count: own('how many') };

const ORIGIN = {
  country: value('ISO 3166, such as NL'),
  asn: value('the number of the autonomous system'),
  organization: value('who runs the network'),
  network: value('the announced network'),
  scanner: value('the research scanner that it belongs to'),
  type: value('hosting, access, business, ...'),
};

const BAN = {
  id: own('the number of the ban in the ledger'),
  subject: own('the address or network'),
  host: own('the host that banned it'),
  jail: own('the jail'),
  service: own('ssh, mail, web, ...'),
  kind: own('the kind of attempt, such as ssh.login'),
  from: own('since when'),
  until: own('until when; not there for good'),
  duration: own('how long, such as 1h; not there for good'),
  prior: own('earlier bans, on all hosts'),
  rule: own('threshold, slow, wide, campaign, manual'),
  reason: value('why, in a sentence'),
  block: own('blocked, refused, ineffective, dry-run, pending, or left (to the actions of an existing fail2ban)'),
  why: value('why it is refused or ineffective'),
  origin: group('where it comes from', ORIGIN),
  evidence: list('the last lines that led to the ban, at most ten', {
    time: own('of the line'),
    path: own('the log'),
    offset: own('where the line begins in the log, in bytes'),
    line: value('as it was logged, cut'),
  }),
  record: group('the rap sheet in short', {
    bans: own('bans of it, with this one'),
    first: own('when the first of them began'),
    hosts: list('the hosts that banned it', own('the host')),
    kinds: list('attempts by kind, the most first', COUNTED_OWN),
  }),
};

const FIGURES = { bans: own('bans'), addresses: own('addresses banned'), attempts: own('attempts of anybody') };

export const FIELDS: Field = group('', {
  title: value('the title in the usual words'),
  made: own('when the message was made'),
  ban: group('of a ban only', { ...BAN, news: list('why it is told at once', own('in words')) }),
  digest: group('of a digest only', {
    every: own('hour, day, week or month'),
    from: own('since when'),
    until: own('until when'),
    ...FIGURES,
    before: group('the figures of the digest before', FIGURES),
    countries: list('bans by country, the most first', COUNTED),
    organizations: list('bans by organization', COUNTED),
    kinds: list('bans by kind', COUNTED_OWN),
    hosts: list('bans by host', COUNTED_OWN),
    groups: list('bans by what they have in common, the largest group first', {
      by: own('campaign, network or address'),
      name: value('the account, the network, the address'),
      organization: value('who runs the network'),
      country: value('of the network'),
      bans: own('bans of the group'),
      addresses: own('addresses of the group'),
      kinds: list('kinds of attempt', own('the kind')),
      members: list('some of its addresses', own('the address')),
    }),
    rest: own('bans of smaller groups; not there when there are none'),
    held: list('news that was held back, because too much was told already', BAN),
    heldRest: own('how many more of them; not there when there are none'),
  }),
  report: group('of a monthly report only', {
    month: own('such as 2026-10'),
    summary: list('sentences that sum it up', value('the sentence')),
    path: own('the file that it was written to'),
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

/** Every name as a template may write it in some section. */
export function namesWithin(): ReadonlySet<string> {
  return new Set(
    fieldNames().flatMap(([name]) => {
      const parts = name.replaceAll('[]', '').split('.');
      return parts.map((_, i) => parts.slice(i).join('.'));
    }),
  );
}

/** How a name is to be written that stands where it is not known: `ban.subject`, `line within {{#ban.evidence}}`. */
export function fieldMeant(name: string | undefined): string | undefined {
  const whole = fieldNames()
    .map(([known]) => known)
    .find((known) => name !== undefined && `.${known.replaceAll('[]', '')}`.endsWith(`.${name}`));
  const end = whole?.lastIndexOf('[].') ?? -1;
  if (whole === undefined || end < 0) return whole;
  return `${whole.slice(end + '[].'.length)} within {{#${whole.slice(0, end).replaceAll('[]', '')}}}`;
}
