import { expect, it } from 'vitest';
import { configFrom } from './testing.ts';
import { configWarnings } from './warnings.ts';

const warnings = (text: string): string[] => configWarnings(configFrom(text)).map(({ what }) => what);

it('the defaults give no warning', () => {
  expect(warnings('')).toEqual([]);
});

it.each([
  ['[daemon]\nmetrics = "127.1.2.3:9773"', []],
  ['[daemon]\nmetrics = "[::]:9773"', ['daemon.metrics: other machines may read the metrics at [::]:9773']],
  ['[watch]\nsyslog = ["udp://[::1]:5514", "unix:///run/x.sock"]', []],
  [
    '[watch]\nsyslog = ["udp://0.0.0.0:514"]',
    ['watch.syslog: whoever reaches udp://0.0.0.0:514 can write log lines, and so have anybody banned'],
  ],
  ['[firewall]\ntype = "memory"', ['firewall.type: "memory" blocks nobody']],
  ['[firewall]\nhooks = ["forward"]', ['firewall.hooks: packets for this host itself are not stopped without "input"']],
  [
    '[firewall.command]\nblock = ["x", "{address}"]\nrelease = ["x", "{address}"]',
    ['firewall.command is not used, because firewall.type is "auto"'],
  ],
  ['[[allow]]\naddress = "0.0.0.0/0"\nreason = "x"', ['allow: nobody of 0.0.0.0/0 is ever banned']],
  ['[[allow]]\naddress = "::/1"\nreason = "x"', ['allow: nobody of ::/1 is ever banned']],
  ['[[allow]]\naddress = "10.0.0.0/8"\nreason = "x"\n[[allow]]\naddress = "2001:db8::/32"\nreason = "x"', []],
  ['[protect]\nlogins = "0s"', ['protect.logins: an address is not protected by having logged in']],
])('%j is warned of with %j', (text, expected) => {
  expect(warnings(text)).toEqual(expected);
});
