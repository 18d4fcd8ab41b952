/** Mail through a real Postfix, looked at with a parser that is not ours. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UTC, zoneOf } from '../src/base/zone.ts';
import { openMail } from '../src/notify/channel/mail.ts';
import type { Channel, MailOptions } from '../src/notify/channel.ts';
import { hostileNotices, PAYLOADS } from '../src/notify/mail/testing/hostile.ts';
import { banNotice, digestNotice, reportNotice, testNotice } from '../src/notify/mail/testing/notices.ts';
import type { Notice } from '../src/notify/notice.ts';
import { landOfEarth } from '../src/report/geography/land.ts';
import { until } from './live.ts';
import {
  hasMailServer,
  headerOf,
  type MailServer,
  type ParsedMail,
  parseMail,
  startMailServer,
} from './mail-server.ts';
import { plainConfig, put, rapsheet } from './run.ts';

const canServe = hasMailServer();

describe.skipIf(!canServe)('mail through Postfix', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-mail-'));
  let server: MailServer;
  const open: Channel[] = [];

  beforeAll(async () => {
    server = await startMailServer(folder);
  });

  afterAll(async () => {
    for (const channel of open) await channel.close();
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  });

  function channelTo(to: readonly string[], given: Partial<MailOptions> = {}): Channel {
    const zone = zoneOf('Europe/Zurich');
    if (!zone) throw new Error('no such zone');
    const channel = openMail({
      ...{ name: 'mail', server: { protocol: 'smtp', host: '127.0.0.1', port: server.port }, sendmail: undefined },
      ...{ user: undefined, password: undefined, from: 'rapsheet@web1.example.test', to },
      view: { language: 'en', zone, sentenceOf: () => undefined, geography: landOfEarth() },
      ...given,
    });
    open.push(channel);
    return channel;
  }

  /** Sends, and waits for what arrives at the box. */
  async function arrived(notices: readonly Notice[], given: Partial<MailOptions> = {}): Promise<readonly ParsedMail[]> {
    const before = new Set(server.mails('ana').map(String));
    const channel = channelTo(['ana@example.test'], given);
    for (const [i, notice] of notices.entries()) await channel.send(notice, delivery(`${notice.key} ${i}`));
    const fresh = (): Buffer[] => server.mails('ana').filter((mail) => !before.has(String(mail)));
    await until(
      () => fresh().length >= notices.length,
      () => `${fresh().length} of ${notices.length} mails`,
    );
    expect(fresh()).toHaveLength(notices.length);
    return Promise.all(fresh().map(parseMail));
  }

  it('delivers a ban mail that has everything in it, by SMTP and by sendmail', async () => {
    const bySmtp = await arrived([banNotice()]);
    const bySendmail = await arrived([banNotice()], { server: undefined, sendmail: server.sendmail });
    for (const mail of [...bySmtp, ...bySendmail]) {
      expect(mail.defects).toEqual([]);
      expect(mail.longest).toBeLessThanOrEqual(100);
      expect(headerOf(mail, 'From')).toBe('Rapsheet <rapsheet@web1.example.test>');
      expect(headerOf(mail, 'To')).toBe('ana@example.test');
      expect(headerOf(mail, 'Return-Path')).toBe('<rapsheet@web1.example.test>');
      expect(headerOf(mail, 'Subject')).toBe(
        'sshd: 203.0.113.7 banned for 1 h - Example Hosting, Netherlands, 3rd time',
      );
      expect(headerOf(mail, 'Auto-Submitted')).toBe('auto-generated');
      expect(headerOf(mail, 'X-Rapsheet-Address')).toBe('203.0.113.7');
      expect(mail.parts.map(({ type }) => type)).toEqual([
        ...['multipart/alternative', 'text/plain', 'multipart/related', 'text/html', 'image/png'],
      ]);
      expect(mail.parts[1]?.content).toContain('rapsheet unban 203.0.113.7');
      expect(mail.parts[4]?.cid).toBe('<map@rapsheet>');
      expect(mail.parts[3]?.content).toContain('src="cid:map@rapsheet"');
    }
    expect(bySmtp[0]?.parts.map(({ content }) => content)).toEqual(bySendmail[0]?.parts.map(({ content }) => content));
  });

  it('delivers German, in headers and bodies', async () => {
    const view = { language: 'de', zone: UTC, sentenceOf: () => undefined, geography: undefined };
    const [mail] = await arrived([banNotice({ jail: 'größe' })], { view });
    expect(mail?.defects).toEqual([]);
    expect(mail && headerOf(mail, 'Subject')).toBe(
      'größe: 203.0.113.7 für 1 h gesperrt - Example Hosting, Niederlande, zum 3. Mal',
    );
    expect(mail?.parts.find(({ type }) => type === 'text/plain')?.content).toContain('RÜCKGÄNGIG MACHEN');
    expect(mail?.parts.find(({ type }) => type === 'text/html')?.content).toContain('<html lang="de">');
  });

  it('threads mails about the same address, and no others', async () => {
    const [first, again, other] = await arrived([
      banNotice(),
      banNotice({ id: 2, prior: 3 }),
      banNotice({ id: 3, subject: '198.51.100.7' }),
    ]);
    const mails = [first, again, other].map((mail) => mail && headerOf(mail, 'In-Reply-To'));
    expect(new Set(mails).size).toBe(2);
    expect(mails.every((id) => /^<[0-9a-f]{32}\.rapsheet@web1\.example\.test>$/.test(id ?? ''))).toBe(true);
  });

  it('delivers digests, reports with the page of the month, and tests', async () => {
    const page = `<!doctype html><title>October</title>${'<p>äöü</p>'.repeat(20_000)}`;
    const path = put(join(folder, '2026-10.html'), page);
    const mails = await arrived([digestNotice(), reportNotice({ path }), testNotice()]);
    const sorted = ['digest', 'report', 'test'].map((sort) =>
      mails.find((mail) => headerOf(mail, 'X-Rapsheet-Sort') === sort),
    );
    expect(sorted.map((mail) => mail && headerOf(mail, 'Subject'))).toEqual([
      'Bans of the day: 1,204 bans, 1,087 addresses',
      'Bans of 2026-10',
      'Test: mail from Rapsheet arrives',
    ]);
    for (const mail of mails) expect(mail.defects).toEqual([]);
    const attached = sorted[1]?.parts.at(-1);
    expect(attached).toMatchObject({ type: 'text/html', disposition: 'attachment', filename: 'rapsheet-2026-10.html' });
    expect(attached?.content).toBe(page);
  });

  it('names the page instead of attaching it, when it is too large or gone', async () => {
    const path = put(join(folder, 'large.html'), 'x'.repeat(5 * 1_048_576 + 1));
    const mails = await arrived([reportNotice({ path }), reportNotice({ path: join(folder, 'never.html') })]);
    const texts = mails.map(({ parts }) => parts.find(({ type }) => type === 'text/plain')?.content).sort();
    expect(mails.map(({ parts }) => parts.length)).toEqual([3, 3]);
    expect(texts.some((text) => text?.includes(`It is at ${path}`) || text?.includes(`It is at\n${path}`))).toBe(true);
    expect(texts.some((text) => text?.includes('cannot be read any more'))).toBe(true);
  });

  it.each([...PAYLOADS.map((text) => [JSON.stringify(text.slice(0, 40)), text]), ['10 MB', 'A\r\n'.repeat(3_500_000)]])(
    'sends %s in every field without harm',
    async (_, text) => {
      const names = await formsOf(hostileNotices('plain'));
      const mails = await arrived(hostileNotices(text ?? ''));
      expect(mails.map(formOf).sort()).toEqual(names);
      for (const mail of mails) {
        expect(mail.defects).toEqual([]);
        expect(headerOf(mail, 'To')).toBe('ana@example.test');
        expect(headerOf(mail, 'From')).toBe('Rapsheet <rapsheet@web1.example.test>');
        // Postfix folds its own with tabs.
        for (const [name, value] of mail.headers.filter(([each]) => each !== 'Received')) {
          expect(`${name} ${UNPRINTABLE.test(value)}`).toBe(`${name} false`);
          if (/^(?:Subject|X-Rapsheet)/.test(name)) expect(value.length).toBeLessThanOrEqual(200);
        }
        for (const { type, content } of mail.parts.filter(({ type }) => type === 'text/plain')) {
          expect([type, UNPRINTABLE.test(content.replaceAll('\n', ''))]).toEqual(['text/plain', false]);
        }
        expect(mail.urls.filter((url) => url !== 'cid:map@rapsheet')).toEqual([]);
      }
      expect(server.mails('bob')).toEqual([]);
    },
  );

  /** Names of headers, parts, elements and attributes: what no text may add to. */
  function formOf(mail: ParsedMail): string {
    const headers = mail.headers.map(([name]) => name).filter((name) => name !== 'Received');
    const parts = mail.parts.map(({ type, disposition }) => `${type} ${disposition}`);
    return JSON.stringify([headers, parts, [...new Set(mail.elements)].sort()]);
  }

  let plain: readonly string[] | undefined;
  async function formsOf(notices: readonly Notice[]): Promise<readonly string[]> {
    plain ??= (await arrived(notices)).map(formOf).sort();
    return plain;
  }

  it('is what `rapsheet notify test` sends', async () => {
    const before = server.mails('dora').length;
    const mail = `[mail]\nserver = "smtp://127.0.0.1:${server.port}"\nfrom = "rapsheet@web1.example.test"\nto = ["dora@example.test"]\n`;
    const config = plainConfig(mkdtempSync(join(folder, 'cli-')), mail);
    const { status, out, err } = await rapsheet(['notify', 'test', 'mail', '-c', config]);
    expect([status, out, err]).toEqual([0, 'mail: sent\n', '']);
    await until(
      () => server.mails('dora').length > before,
      () => 'the mail of a test',
    );
    const [arrivedThere] = await Promise.all(server.mails('dora').slice(before).map(parseMail));
    expect(arrivedThere && headerOf(arrivedThere, 'Subject')).toBe('Test: mail from Rapsheet arrives');
  });

  it('tells refusals for good from those for now', async () => {
    const send = (to: readonly string[]): Promise<void> => channelTo(to).send(testNotice(), delivery('refused'));
    await expect(send(['gone@example.test'])).rejects.toMatchObject({ isFinal: true });
    await expect(send(['later@example.test'])).rejects.toMatchObject({ isFinal: false });
  });

  it('sends again only to those who did not take it', async () => {
    const before = server.mails('ana').length;
    const channel = channelTo(['ana@example.test', 'later@example.test']);
    const progress = { taken: ['ana@example.test'], refused: [] };
    const refusal = { isFinal: false, message: expect.stringContaining('later@example.test'), progress };
    await expect(channel.send(testNotice(), delivery('partly'))).rejects.toMatchObject(refusal);
    await until(
      () => server.mails('ana').length > before,
      () => 'the first mail',
    );
    // As a process does that was started in between: what is known comes out of the outbox.
    await expect(channel.send(testNotice(), { ...delivery('partly'), progress })).rejects.toMatchObject(refusal);
    await arrived([testNotice()]);
    expect(server.mails('ana').length).toBe(before + 2);
  });
});

const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

function delivery(id: string): { id: string; signal: AbortSignal } {
  return { id, signal: AbortSignal.timeout(30_000) };
}
