/** What is allowed in a configuration and still worth a second look. `rapsheet check` and the daemon's start tell it. */
import { listedKind } from '../base/kind.ts';
import type { Problem } from '../base/problem.ts';
import { secretsOf } from './alerts.ts';
import { type Config, forgeableKinds } from './config.ts';
import { formatPlace, isLoopback, parsePlace } from './listen.ts';
import { secretWarnings } from './secret.ts';

export function configWarnings(config: Config): readonly Problem[] {
  return [
    ...[...reachable(config), ...powerless(config), ...unprotected(config), ...framing(config), ...unheard(config)],
    ...alertWarnings(config),
  ];
}

/** Of these, the ones about telling people. */
export function alertWarnings(config: Config): readonly Problem[] {
  return [...unencrypted(config), ...secretWarnings(secretsOf(config.alerts), process.env)];
}

/** What other machines can reach. */
function reachable({ daemon: { metrics }, watch }: Config): Problem[] {
  const warnings: Problem[] = [];
  if (metrics && !isLoopback(metrics.host)) {
    const what = `daemon.metrics: other machines may read the metrics at ${formatPlace(metrics)}`;
    warnings.push({ what, hint: 'without a password; let only your monitoring through, or listen at 127.0.0.1' });
  }
  for (const address of watch.syslog) {
    const place = parsePlace(address.replace(/^(?:udp|tcp):\/\//, ''));
    if (!place || isLoopback(place.host)) continue;
    const what = `watch.syslog: whoever reaches ${address} can write log lines, and so have anybody banned`;
    warnings.push({ what, hint: 'let only your own hosts through' });
  }
  return warnings;
}

/** What keeps bans from having an effect. */
function powerless({ firewall, allow }: Config): Problem[] {
  const warnings: Problem[] = [];
  if (firewall.type === 'memory') {
    warnings.push({ what: 'firewall.type: "memory" blocks nobody', hint: 'it is for tests; "auto" blocks' });
  }
  if (firewall.command && firewall.type !== 'command') {
    const hint = 'write type = "command" to use it';
    warnings.push({ what: `firewall.command is not used, because firewall.type is "${firewall.type}"`, hint });
  }
  if (!firewall.hooks.includes('input')) {
    const hint = 'right only for a machine that protects others and nothing of its own';
    warnings.push({ what: 'firewall.hooks: packets for this host itself are not stopped without "input"', hint });
  }
  // In the 128-bit form: an IPv4 /8 has 104 bits.
  for (const { network } of allow.filter((each) => each.network.bits < 8 || isHalfOfIPv4(each.network.bits))) {
    warnings.push({ what: `allow: nobody of ${network.text} is ever banned`, hint: 'is it meant to be this large?' });
  }
  return warnings;
}

function isHalfOfIPv4(bits: number): boolean {
  return bits >= 96 && bits < 104;
}

/** What makes locking oneself out easier. */
function unprotected({ protect }: Config): Problem[] {
  if (protect.logins > 0) return [];
  const hint = 'a few typing errors can lock you out; name your own addresses under [[allow]]';
  return [{ what: 'protect.logins: an address is not protected by having logged in', hint }];
}

/** Jails that ban for what anybody can send in another's name. */
function framing(config: Config): Problem[] {
  const forgeable = forgeableKinds(config.kinds);
  // Those of fail2ban are somebody else's, and their kinds cannot be left out.
  const own = config.jails.filter(({ ticket }) => ticket === undefined);
  return own.flatMap((jail) => {
    const { name } = jail;
    const found = [...forgeable].find((kind) => isHeldAgainst(kind, jail, config));
    if (found === undefined) return [];
    const what = `jail.${name}.kinds: the source address of ${found} can be forged, and so anybody be banned for it`;
    return [{ what, hint: 'leave it out, or give it weight 0: it is recorded all the same' }];
  });
}

/** Answers of blocklists that lead to nothing: others were told of addresses for no use. */
function unheard(config: Config): Problem[] {
  const { zones, kinds } = config.blocklists;
  if (zones.length === 0) return [];
  const unused = kinds
    .map(listedKind)
    .filter((kind) => !config.jails.some((jail) => isHeldAgainst(kind, jail, config)));
  return unused.map((kind) => {
    const what = `blocklists.kinds: no jail bans for ${kind}, so the lists are asked for nothing`;
    return { what, hint: 'is [jail.relay-listed] turned off? leave the kind out, or count it in a jail' };
  });
}

/** Messages that anybody on the way can read. */
function unencrypted({ alerts: { channels } }: Config): Problem[] {
  return channels.flatMap(({ name, url }) => {
    if (url === undefined || !url.startsWith('http:')) return [];
    const { hostname } = new URL(url);
    if (hostname === 'localhost' || isLoopback(hostname.replace(/^\[|\]$/g, ''))) return [];
    const what = `channel ${name}: messages and its token go unencrypted through the network`;
    return [{ what, hint: 'write https:// where the other end has it' }];
  });
}

/** Whether a jail counts a kind, and as something. */
function isHeldAgainst(kind: string, { kinds: counted, weights }: Config['jails'][number], { kinds }: Config): boolean {
  const isCounted = counted.some(
    (each) => each === '*' || each === kind || (each.endsWith('.*') && kind.startsWith(each.slice(0, -1))),
  );
  return isCounted && (weights.get(kind) ?? kinds.get(kind)?.weight ?? 1) > 0;
}
