/**
 * What the daemon answers, read back: a program that asks trusts the shape of an answer no more than any other input.
 * Fields that this version does not know are let through: the daemon may be newer.
 */
import * as v from 'valibot';
import { EXIT, ProblemError } from '../base/problem.ts';
import type { AddressStanding, BanInForce, Status } from './protocol.ts';

const text = v.string();
const texts = v.array(text);
const maybe = v.nullable(text);
const number = v.number();
const count = v.number();

const ineffective = v.object({ subject: text, since: text, attempts: count, cause: text, what: text, remedy: text });

const banInForce = v.object({
  ...{ subject: text, jail: text, kind: text, from: text, until: maybe, prior: count },
  ...{ country: maybe, organization: maybe, blocked: v.boolean(), leftToActions: v.optional(v.boolean()) },
});

const standingProblem = v.pipe(
  v.object({
    ...{ where: v.optional(text), what: text, hint: v.optional(text), since: text },
    severity: v.picklist(['error', 'warning']),
  }),
  v.transform(({ where, hint, ...rest }) => ({
    ...rest,
    ...(where === undefined ? {} : { where }),
    ...(hint === undefined ? {} : { hint }),
  })),
);

const status: v.GenericSchema<unknown, Status> = v.object({
  ...{ version: text, host: text, pid: number, since: text },
  mode: v.picklist(['enforcing', 'dry-run', 'trial']),
  trialUntil: maybe,
  phase: v.picklist(['reading', 'following', 'stopping']),
  firewall: v.object({ name: text, blocked: count, queued: count, lastReconciled: maybe }),
  ledger: v.object({ path: text, pending: count, lastCommit: maybe }),
  jails: v.array(
    v.object({
      ...{ name: text, watched: count, attempts: count, bans: count, inForce: count },
      ...{ leftToActions: v.optional(count), givenUp: v.optional(count) },
    }),
  ),
  logs: v.array(
    v.object({
      ...{ name: text, host: text, state: v.picklist(['followed', 'waiting', 'unreadable']), format: maybe },
      ...{ bytes: count, behind: count, lines: count, attempts: count, lastLine: maybe },
    }),
  ),
  problems: v.array(standingProblem),
  blocklists: v.optional(
    v.array(
      v.object({
        ...{ zone: text, state: v.picklist(['untried', 'good', 'refusing', 'silent', 'broken']) },
        ...{ listed: count, unlisted: count, failed: count },
      }),
    ),
    [],
  ),
  ineffective: v.array(ineffective),
  protected: v.array(v.object({ subject: text, why: text })),
  actions: v.optional(
    v.array(
      v.object({
        ...{
          jail: text,
          action: text,
          fate: v.picklist(['taken over', 'run', 'not supported', 'left out']),
          why: text,
        },
        ...{ state: v.nullable(v.picklist(['idle', 'started'])), waiting: count, failures: count },
      }),
    ),
  ),
  reload: v.nullable(v.object({ since: text, changes: texts, risks: texts })),
  counts: v.object({
    ...{ lines: count, attempts: count, bans: count, whileBanned: count },
    ...{ spared: count, setAside: count, dropped: count },
  }),
  findings: v.optional(
    v.array(v.object({ about: text, waiting: count, answered: count, unanswered: count, dropped: count })),
  ),
  memoryBytes: number,
});

const bansInForce: v.GenericSchema<unknown, readonly BanInForce[]> = v.array(banInForce);

const standing: v.GenericSchema<unknown, AddressStanding> = v.object({
  subject: text,
  protectedBy: maybe,
  windows: v.array(v.object({ jail: text, score: number, limit: number, findTimeMs: number, oldest: text })),
  inForce: v.array(banInForce),
  ineffective: v.nullable(ineffective),
});

/** What `ban` answers. `until` null: for good; `note`: why it has no block, where it has none. */
const made = v.object({ subject: text, until: maybe, blocked: v.boolean(), note: v.optional(maybe, null) });
/** What `unban` and `unban-all` answer: the subjects of the bans that ended, or the first of them. */
const released = v.object({ released: count, subjects: v.optional(texts, []) });
/** What `reload` answers. Not applied: it waits for `--confirm`, because of the risks. `problems`: what is left out as before. */
const reloaded = v.object({ applied: v.boolean(), changes: texts, risks: texts, problems: v.optional(texts, []) });
/** What `confirm` answers: whether there was a trial to end. */
const confirmed = v.object({ confirmed: v.boolean() });

export type BanMade = v.InferOutput<typeof made>;
export type Released = v.InferOutput<typeof released>;
export type Reloaded = v.InferOutput<typeof reloaded>;
export type Confirmed = v.InferOutput<typeof confirmed>;

/** Each reads the answer to one verb. @throws ProblemError (69) when it is none. */
export const readAnswer = {
  status: (answer: unknown): Status => read(status, answer),
  list: (answer: unknown): readonly BanInForce[] => read(bansInForce, answer),
  explain: (answer: unknown): AddressStanding => read(standing, answer),
  ban: (answer: unknown): BanMade => read(made, answer),
  unban: (answer: unknown): Released => read(released, answer),
  reload: (answer: unknown): Reloaded => read(reloaded, answer),
  confirm: (answer: unknown): Confirmed => read(confirmed, answer),
  metrics: (answer: unknown): string => read(text, answer),
} as const;

function read<Output>(schema: v.GenericSchema<unknown, Output>, answer: unknown): Output {
  const result = v.safeParse(schema, answer);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const name = (issue.path ?? []).map((item) => String(item.key)).join('.');
  throw new ProblemError(
    EXIT.unavailable,
    {
      what: `the daemon's answer is not understood (${name === '' ? '' : `${name}: `}${issue.message})`,
      hint: 'is the daemon of another version? systemctl restart rapsheet',
    },
    { cause: result.issues },
  );
}
