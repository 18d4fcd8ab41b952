/**
 * XARF, the format in which abuse desks read reports by machine: a JSON document for an address and a sort of abuse, as of
 * version 4.2.0 (xarf.org, the schemas of github.com/xarf/xarf-spec at 37820da). What a type requires and no log tells is
 * not made up: then there is no document, and the mail says so.
 */
import { createHash } from 'node:crypto';
import { serviceOf } from '../../base/kind.ts';
import { ellipsis } from '../../base/text.ts';
import { isoTime } from '../../base/zone.ts';
import type { AbuseKind, Deed, DeedLine } from './deed.ts';

export const XARF_VERSION = '4.2.0';

/** Who reports: the same organization owns the attacked servers and sends the report. */
export interface Reporter {
  readonly organization: string;
  /** A mail address; answers go there. */
  readonly contact: string;
}

export interface XarfRequest {
  readonly reporter: Reporter;
  readonly kinds: ReadonlyMap<string, AbuseKind>;
  /** The same for the same report, and for no other. */
  readonly reference: string;
}

/** A document, or why there is none. */
export type Xarf =
  | { readonly type: string; readonly document: Readonly<Record<string, unknown>> }
  | { readonly type: string; readonly missing: string };

/** What the specification allows are 200 and 1,000. */
const ORGANIZATION_MAX = 200;
const DESCRIPTION_MAX = 1_000;
/** A list of what was asked for says what somebody is after long before it ends. */
const RESOURCES_MAX = 50;

/** What one type of abuse is made of. */
interface Case {
  readonly deed: Deed;
  readonly type: string;
  readonly kinds: Deed['kinds'];
  readonly lines: readonly DeedLine[];
  readonly attempts: number;
}

/** In the order of the types' names. */
export function xarfOf(deed: Deed, request: XarfRequest): Xarf[] {
  const types = new Set(deed.kinds.flatMap(({ kind }) => request.kinds.get(kind)?.xarf ?? []));
  return [...types].sort().map((type) => {
    const isOfType = ({ kind }: { readonly kind: string }): boolean => request.kinds.get(kind)?.xarf === type;
    const kinds = deed.kinds.filter(isOfType);
    const lines = deed.lines.filter(isOfType);
    const attempts = kinds.reduce((sum, { count }) => sum + count, 0);
    return documentOf({ deed, type, kinds, lines, attempts }, request);
  });
}

function documentOf(one: Case, request: XarfRequest): Xarf {
  const { deed, type, lines } = one;
  const special = SPECIAL[type];
  const own = special ? special(one) : { missing: 'no sort of abuse that it knows' };
  if ('missing' in own) return { type, missing: String(own.missing) };
  const [category, name] = type.split('/');
  const { organization, contact } = request.reporter;
  const who = {
    org: ellipsis(organization, ORGANIZATION_MAX),
    contact,
    domain: contact.slice(contact.indexOf('@') + 1),
  };
  const document = {
    xarf_version: XARF_VERSION,
    report_id: uuidOf(`${request.reference} ${deed.address} ${type}`),
    timestamp: timeOf(deed.last),
    reporter: who,
    sender: who,
    source_identifier: deed.address,
    category,
    type: name,
    evidence_source: 'automated_filter',
    description: ellipsis(one.kinds.map(({ sentence, count }) => `${sentence}: ${count}`).join('; '), DESCRIPTION_MAX),
    first_seen: timeOf(deed.first),
    last_seen: timeOf(deed.last),
    ...own,
    ...(lines.length === 0 ? {} : { evidence: [evidenceOf(lines)] }),
  };
  return { type, document };
}

type Own = Readonly<Record<string, unknown>> | { readonly missing: string };

/** What each type has beside what all have. */
const SPECIAL: Readonly<Record<string, (one: Case) => Own>> = {
  'connection/login_attack': (one) => fromPort(one, { service: serviceIn(one), attempt_count: one.attempts }),
  'connection/port_scan': (one) => fromPort(one, {}),
  'connection/ddos': (one) => fromPort(one, { evidence_source: 'traffic_monitoring' }),
  'connection/reconnaissance': (one) => ({
    ...{ protocol: 'tcp', probed_resources: resourcesIn(one), total_probes: one.attempts },
  }),
  'connection/vulnerability_scan': (one) => ({
    ...{ protocol: 'tcp', scan_type: serviceIn(one) === 'web' ? 'web_vuln_scan' : 'service_enumeration' },
    ...{ total_requests: one.attempts, targeted_services: [serviceIn(one)] },
  }),
  'connection/sql_injection': (one) => ({ protocol: 'tcp', attempts_count: one.attempts }),
  // Of mail that was refused at the door nobody has the envelope: it requires the sender and the port.
  'messaging/spam': () => ({ missing: 'the envelope sender and the source port of the mail' }),
};

/** The port of the last line that has one: behind a NAT, only with port and time can anybody be found. */
function fromPort({ lines, deed }: Case, own: Readonly<Record<string, unknown>>): Own {
  const line = lines.findLast(({ port }) => port !== undefined);
  if (line === undefined) return { missing: 'the source port, which the log does not tell' };
  // The time is the port's: an hour later another customer may have it.
  return { protocol: 'tcp', source_port: line.port, timestamp: timeOf(Math.min(line.time, deed.last)), ...own };
}

function serviceIn({ kinds }: Case): string {
  return serviceOf(kinds[0]?.kind ?? '');
}

function resourcesIn({ lines, kinds }: Case): string[] {
  const targets = new Set(lines.flatMap(({ target }) => target ?? []));
  if (targets.size > 0) return [...targets].slice(0, RESOURCES_MAX);
  return [...new Set(kinds.map(({ kind }) => serviceOf(kind)))];
}

function evidenceOf(lines: readonly DeedLine[]): object {
  const bytes = Buffer.from(evidenceText(lines), 'utf8');
  return {
    content_type: 'text/plain',
    description: 'Lines of logs, each after its time in UTC; names of hosts and users are hidden',
    payload: bytes.toString('base64'),
    hash: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    size: bytes.length,
  };
}

/** Each line after its time in UTC: the clock in a line is that of its host, and most do not say which. */
export function evidenceText(lines: readonly DeedLine[]): string {
  return lines.map(({ time, line }) => `${timeOf(time)}  ${line}\n`).join('');
}

/** The logs of a machine whose clock is beyond the calendar say nothing of when it was. */
function timeOf(time: number): string {
  return isoTime(time) ?? '1970-01-01T00:00:00.000Z';
}

/** A UUID of version 4 in form, and the same for the same text: what is shown is what is sent. */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
