/** What can be asked of the daemon over its socket (protocol.ts), and what it does about it. */
import { parseAddress, parseNetwork } from '../base/address.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { answer } from '../fail2ban/client/answer.ts';
import { plain } from '../fail2ban/client/value.ts';
import type { BanMade, Confirmed, Released } from './answers.ts';
import { type ManualBan, manualBan, subjectsToRelease } from './bans.ts';
import { banByHand, releaseByHand } from './by-hand.ts';
import type { Daemon } from './daemon.ts';
import { renderMetrics } from './metrics.ts';
import type { Request } from './protocol.ts';
import { reload } from './reloading.ts';
import { servedJails } from './served-jails.ts';
import { bansInForce, standingOf } from './standing.ts';

/** Subjects named in an answer; the rest is counted. */
const NAMED_MAX = 100;

/** Does what was asked; the answer's result. @throws ProblemError when the answer is no */
export async function handle(daemon: Daemon, request: Request): Promise<unknown> {
  const now = daemon.options.clock();
  switch (request.verb) {
    case 'status':
      return daemon.status();
    case 'list':
      return bansInForce(daemon.parts, { now, jail: request.jail });
    case 'explain':
      return explain(daemon, request.address, now);
    case 'ban':
      return ban(daemon, { ...request, forMs: request.forMs, why: request.why ?? '' }, now);
    case 'unban': {
      const network = parseNetwork(request.subject);
      if (!network) throw new ProblemError(EXIT.usage, { what: `${request.subject} is no address or network` });
      return release(daemon, subjectsToRelease(daemon.parts, network, now), request);
    }
    case 'unban-all':
      return release(daemon, subjectsToRelease(daemon.parts, 'all', now), request);
    case 'reload':
      return reload(daemon, { isConfirmed: request.confirmed, now });
    case 'confirm': {
      const answer: Confirmed = { confirmed: daemon.orders.confirm() };
      return answer;
    }
    case 'metrics':
      return renderMetrics(daemon.status());
    case 'fail2ban': {
      const served = servedJails(daemon, { by: request.by, options: daemon.stages.server ?? new Map() });
      const { items } = await answer(request.command, served);
      return items.map(plain);
    }
  }
}

function explain(daemon: Daemon, text: string, now: number): unknown {
  const address = parseAddress(text);
  if (!address) throw new ProblemError(EXIT.usage, { what: `${text} is no address` });
  return standingOf(daemon.parts, address, now);
}

async function ban(daemon: Daemon, wanted: ManualBan, now: number): Promise<BanMade> {
  const { parts } = daemon;
  const made = manualBan(parts, wanted, now);
  await banByHand(daemon, [made]);
  const held = daemon.enforcer.held(made.subject);
  const note = held ? null : noteOf(daemon);
  return { subject: made.subject.text, until: new Date(made.until).toISOString(), blocked: held !== undefined, note };
}

/** Why a ban has no block by now. */
function noteOf(daemon: Daemon): string {
  if (!daemon.orders.isEnforcing) return 'a dry run blocks nobody';
  return 'the firewall has not taken it yet; rapsheet status says why';
}

async function release(
  daemon: Daemon,
  subjects: Parameters<Daemon['release']>[0],
  { by, why = '' }: { readonly by: string; readonly why?: string },
): Promise<Released> {
  await releaseByHand(daemon, subjects, why === '' ? `by ${by}` : `by ${by}: ${why}`);
  return { released: subjects.length, subjects: [...subjects].slice(0, NAMED_MAX).map(({ text }) => text) };
}
