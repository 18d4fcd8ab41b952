import { describe, expect, it } from 'vitest';
import { deskMail } from './desk-mail.ts';
import { HOSTILE } from './testing/hostile.ts';
import { NOON, REPORTER } from './testing/scene.ts';
import type { AbuseMail } from './told.ts';

interface Posted {
  readonly message: string;
  readonly from: string;
  readonly to: readonly string[];
}

async function posted(mail: Partial<AbuseMail>, organization = REPORTER.organization): Promise<Posted[]> {
  const list: Posted[] = [];
  const courier = deskMail({
    reporter: { ...REPORTER, organization },
    post: {
      newline: '\r\n',
      deliver: async (message, { from, to }) => void list.push({ message: message.toString('latin1'), from, to }),
      close: async () => undefined,
    },
  });
  const base = {
    way: 'mail',
    made: NOON,
    to: 'abuse@example.net',
    subject: 'Abuse',
    text: 'Hello.\n',
    files: [],
  } as const;
  await courier.deliver(JSON.stringify({ ...base, ...mail }), { id: '1', signal: new AbortController().signal });
  return list;
}

const headersOf = ({ message }: Posted) =>
  message
    .slice(0, message.indexOf('\r\n\r\n'))
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
const nameOf = (header: string) => header.slice(0, header.indexOf(':'));

describe('deskMail()', () => {
  it('is from who reports, to the contact alone, with its documents', async () => {
    const content = '{"xarf_version":"4.2.0"}';
    const [mail, ...more] = await posted({ files: [{ name: 'xarf-203.0.113.7-login_attack.json', content }] });
    expect([mail?.from, mail?.to, more]).toEqual(['reports@example.org', ['abuse@example.net'], []]);
    const headers = mail ? headersOf(mail) : [];
    expect(headers).toEqual(
      expect.arrayContaining([
        'From: Example Ltd <reports@example.org>',
        'To: abuse@example.net',
        'Subject: Abuse',
        'Date: Fri, 27 Nov 2026 10:00:00 +0000',
        expect.stringMatching(/^Message-ID: <[\da-f]{32}\.rapsheet@example\.org>$/),
      ]),
    );
    expect(mail?.message).toMatch(
      /Content-Type: application\/json; charset=utf-8;\s+name=xarf-203\.0\.113\.7-login_attack\.json\r\n/,
    );
    expect(mail?.message).toContain(Buffer.from(content).toString('base64'));
  });

  it.each(HOSTILE)('has the same headers and the same recipient whatever is told: %j', async (text) => {
    const plain = await posted({ files: [{ name: 'a.json', content: '{}' }] });
    const told = await posted({ subject: text, text, files: [{ name: 'a.json', content: text }] }, `${text} Ltd`);
    const [before, after] = [plain[0], told[0]];
    if (!before || !after) throw new Error('nothing was posted');
    expect(after.to).toEqual(['abuse@example.net']);
    expect(headersOf(after).map(nameOf)).toEqual(headersOf(before).map(nameOf));
    expect(headersOf(after).join('')).toMatch(/^[\x20-\x7e]*$/);
  });

  it.each(['abuse@example.net, all@example.net', 'a@example.net\r\nRCPT TO:<b@example.net>', '', '-oQ/tmp@x.example'])(
    'writes to no contact like %j',
    async (to) => {
      await expect(posted({ to })).rejects.toMatchObject({ isFinal: true });
    },
  );
});
