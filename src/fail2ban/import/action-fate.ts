/** What becomes of an action of fail2ban, by the name of its file. */

/** `firewall`: ours blocks in its place. `run`: what it does is not ours to do. `none`: it cannot be run here. */
export type ActionFate = 'firewall' | 'run' | 'none';

/** Those that block packets on this host and do nothing else. */
const FIREWALL = /^(?:iptables|ip6tables|nftables|firewallcmd|ufw|shorewall)/;

export function actionFate(file: string): ActionFate {
  if (file.endsWith('.py')) return 'none';
  return FIREWALL.test(file) && !/-(?:log|echo)$/.test(file) ? 'firewall' : 'run';
}
