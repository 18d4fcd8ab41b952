import { describe, expect, it } from 'vitest';
import { attemptsAt, type Burst, offsetsOf } from '../burst.ts';
import { Logbook } from '../logbook.ts';
import { MANNERS, type MannerName } from '../manners.ts';
import { type Host, MONTH } from '../month.ts';
import { randomOf } from '../random.ts';
import { SPAMERI } from '../stories.ts';
import { addMailBurst } from './mail-burst.ts';
import { addSshBurst } from './ssh-burst.ts';
import { addWebBurst } from './web-burst.ts';

const ADDRESS = '198.18.9.7';
const WRITERS = { web: addWebBurst, mail: addMailBurst, ssh: addSshBurst };

function written(
  manner: MannerName,
  host: Host,
  address = ADDRESS,
): { lines: string[]; burst: Burst; files: string[] } {
  const random = randomOf(1, manner);
  const attempts = attemptsAt(MONTH.from, manner, offsetsOf(manner, random));
  const burst = { address, host, manner, attempts, bans: true };
  const logbook = new Logbook();
  WRITERS[MANNERS[manner].service](logbook, burst, random);
  const files = logbook.files();
  return {
    burst,
    files: files.map(({ file }) => file),
    lines: files.flatMap(({ entries }) => entries.map((entry) => entry.text)),
  };
}

/** One line of each attempt, by what is told of it. */
const TELLING: ReadonlyArray<readonly [MannerName, Host, RegExp]> = [
  [
    'wordpress',
    'web1',
    /^198\.18\.9\.7 - - \[01\/Oct\/2024:00:00:\d\d \+0000\] "(?:GET|POST) \S*(?:wp|xmlrpc)\S* HTTP\/1\.1" 404 153 "-" "/,
  ],
  ['wordpress', 'web2', /^photos\.example\.org:443 198\.18\.9\.7 - - \[.*\] "(?:GET|POST) .*" 404 4312 "-" "/],
  ['env', 'web1', /"GET \S*\.(?:env|aws)/],
  ['git', 'web2', /"GET \S*\.git/],
  ['phpmyadmin', 'web1', /"GET \/\S*(?:[mM]y[aA]dmin|mysqladmin)/],
  ['phpunit', 'web1', /"POST \S*phpunit\S*eval-stdin\.php/],
  ['foreign', 'web1', /" 400 157 "-" "-"$/],
  ['flood', 'web1', /^2024\/10\/01 .* limiting requests, excess: 20\.\d{3} by zone "perip", client: 198\.18\.9\.7, /],
  ['tls', 'web1', /^2024\/10\/01 .* SSL_do_handshake\(\) failed .* while SSL handshaking, client: 198\.18\.9\.7, /],
  [
    'imap',
    'mail',
    / dovecot: imap-login: Disconnected: .*\(auth failed, 1 attempts in \d secs\): user=<.+>, .*rip=198\.18\.9\.7,/,
  ],
  ['pop3', 'mail', / dovecot: pop3-login: Disconnected: .*\(auth failed, 1 attempts/],
  ['sasl', 'mail', /smtpd\[\d+\]: warning: unknown\[198\.18\.9\.7\]: SASL (?:LOGIN|PLAIN) authentication failed: /],
  ['relay', 'mail', /NOQUEUE: reject: RCPT from unknown\[198\.18\.9\.7\]: 454 4\.7\.1 .*: Relay access denied; /],
  ['helo', 'mail', /450 4\.7\.1 <WIN-\w+>: Helo command rejected: Host not found; /],
  ['http', 'mail', /warning: non-SMTP command from \S+\[198\.18\.9\.7\]: [A-Z]+ \/.* HTTP\/1\.[01]$/],
  ['binary', 'mail', /warning: non-SMTP command from unknown\[198\.18\.9\.7\]: [\\*]/],
  [
    'pipelining',
    'mail',
    /503 5\.5\.0 <\w+\$\(curl\$\{IFS\}http:\/\/1\.1\.1\.1\)@mail\.domain\.com>: Recipient address rejected: Improper use/,
  ],
  ['handshake', 'mail', /improper command pipelining after CONNECT from unknown\[198\.18\.9\.7\]: \\026\\003/],
  ['blocklist', 'mail', /554 5\.7\.1 Service unavailable; Client host \[198\.18\.9\.7\] blocked using /],
  ['recipient', 'mail', /550 5\.1\.1 <\w+@example\.org>: Recipient address rejected: User unknown/],
  [
    'silent',
    'mail',
    /-login: Disconnected: Connection closed \(no auth attempts in \d secs\): user=<>, rip=198\.18\.9\.7,/,
  ],
  [
    'password',
    'mail',
    /^2024-10-01T.*\+00:00 mail sshd\[\d+\]: Failed password for .* from 198\.18\.9\.7 port \d+ ssh2$/,
  ],
  ['password', 'web2', /^Oct {2}1 00:\d\d:\d\d web2 sshd\[\d+\]: Failed password for /],
];

describe.each(TELLING)('a burst of %s on %s', (manner, host, telling) => {
  it('tells of every attempt once', () => {
    const { lines, burst } = written(manner, host);

    expect(lines.filter((line) => telling.test(line))).toHaveLength(burst.attempts.length);
  });

  it('stays in the logs of its host', () => {
    for (const file of written(manner, host).files) expect(file.startsWith(`${host}/`), file).toBe(true);
  });
});

it('addMailBurst() opens and closes a session of Postfix around each attempt', () => {
  const { lines, burst } = written('relay', 'mail');

  expect(lines.filter((line) => / reject: /.test(line))).toHaveLength(burst.attempts.length);
  expect(lines.filter((line) => / connect from /.test(line))).toHaveLength(burst.attempts.length);
  expect(lines.filter((line) => / disconnect from /.test(line))).toHaveLength(burst.attempts.length);
  expect(lines[0]).toMatch(/ connect from /);
  expect(lines.at(-1)).toMatch(/ disconnect from /);
});

it('addMailBurst() lets spameri be spameri', () => {
  const { lines } = written('relay', 'mail', SPAMERI);

  expect(lines.join('\n')).toContain(
    'from=<spameri@tiscali.it> to=<spameri@tiscali.it> proto=ESMTP helo=<WIN-4TTI4DH7SGH>',
  );
});

it('addSshBurst() gives all lines of a session one process', () => {
  const { lines, burst } = written('password', 'mail');
  const processes = new Set(lines.map((line) => /sshd\[\d+\]/.exec(line)?.[0]));

  expect(processes.size).toBe(burst.attempts.length);
});
