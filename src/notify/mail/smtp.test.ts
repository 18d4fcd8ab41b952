import { afterEach, describe, expect, it } from 'vitest';
import type { MailOptions } from '../channel.ts';
import { SmtpPost } from './smtp.ts';
import { HANG_UP, type Script, type ScriptedServer, startServer, WILLING } from './testing/smtp-server.ts';

const message = Buffer.from('Subject: hello\r\n\r\nhello\r\n');
const envelope = { from: 'rapsheet@example.test', to: ['ana@example.test'] };
const patience = (): AbortSignal => AbortSignal.timeout(20_000);

const running: ScriptedServer[] = [];
const posts: SmtpPost[] = [];

afterEach(async () => {
  for (const post of posts.splice(0)) await post.close();
  for (const server of running.splice(0)) await server.end();
});

async function server(script: Script, greeting?: string | null): Promise<ScriptedServer> {
  const started = await startServer(script, greeting);
  running.push(started);
  return started;
}

function postTo(
  port: number,
  given: Partial<Pick<MailOptions, 'user' | 'password'>> & { host?: string } = {},
): SmtpPost {
  const { host = '127.0.0.1', user, password } = given;
  const post = new SmtpPost({ server: { protocol: 'smtp', host, port }, user, password });
  posts.push(post);
  return post;
}

/** Takes everything but what begins with `command`. */
const but =
  (command: string, answer: string): Script =>
  (line) =>
    line.startsWith(command) ? answer : WILLING(line);

describe('SmtpPost', () => {
  it('sends mails that follow each other over one connection, and says goodbye', async () => {
    const { port, heard, connections } = await server(WILLING);
    const post = postTo(port);
    for (let i = 0; i < 3; i++) await post.deliver(message, envelope, patience());
    await post.close();
    expect(connections()).toBe(1);
    expect(heard.filter((line) => line.startsWith('MAIL FROM'))).toHaveLength(3);
    expect(heard.filter((line) => line.startsWith('RCPT TO'))).toEqual(Array(3).fill('RCPT TO:<ana@example.test>'));
  });

  it('sends mails that are due at the same time over connections of their own', async () => {
    const { port, heard } = await server(WILLING);
    const post = postTo(port);
    await Promise.all([0, 1, 2].map(() => post.deliver(message, envelope, patience())));
    expect(heard.filter((line) => line === 'Subject: hello')).toHaveLength(3);
  });

  it('calls again when the server hung up in between', async () => {
    const { port, connections, heard } = await server((line) =>
      line === '.' ? '250 fine\r\n421 too many' : WILLING(line),
    );
    const post = postTo(port);
    await post.deliver(message, envelope, patience());
    await post.deliver(message, envelope, patience());
    expect(connections()).toBe(2);
    expect(heard.filter((line) => line === '.')).toHaveLength(2);
  });

  it.each<[string, boolean, Script, string | undefined]>([
    ['a busy server', false, WILLING, '421 come back'],
    ['a server that wants none of us', false, WILLING, '554 no service'],
    ['a sender for now', false, but('MAIL', '451 busy'), undefined],
    ['a sender', true, but('MAIL', '550 who are you'), undefined],
    ['a recipient for now', false, but('RCPT', '450 greylisted'), undefined],
    ['a recipient', true, but('RCPT', '550 5.1.1 unknown'), undefined],
    ['a message for now', false, but('.', '452 disk full'), undefined],
    ['a message', true, but('.', '554 looks like spam'), undefined],
    ['a message by its size', true, but('EHLO', '250-mx\r\n250 SIZE 10'), undefined],
    ['no mail server', false, WILLING, 'HTTP/1.1 400 Bad Request'],
  ])('tells whether %s may be tried again (final: %s)', async (_, isFinal, script, greeting) => {
    const { port } = await server(script, greeting);
    await expect(postTo(port).deliver(message, envelope, patience())).rejects.toMatchObject({
      isFinal,
      message: expect.stringContaining(`127.0.0.1 port ${port}: `),
    });
  });

  it('tells who took a mail when others did not', async () => {
    const { port } = await server(but('RCPT TO:<bob', '450 mailbox busy'));
    const to = ['ana@example.test', 'bob@example.test', 'carl@example.test'];
    await expect(postTo(port).deliver(message, { ...envelope, to }, patience())).rejects.toMatchObject({
      progress: { taken: ['ana@example.test', 'carl@example.test'], refused: [] },
      isFinal: false,
      message: expect.stringContaining('450 mailbox busy'),
    });
  });

  it('tells who refused a mail for now and who for good, also when nobody took it', async () => {
    const { port } = await server((line) => {
      if (line.startsWith('RCPT TO:<bob')) return '550 5.1.1 unknown';
      return line.startsWith('RCPT') ? '450 busy' : WILLING(line);
    });
    const to = ['ana@example.test', 'bob@example.test'];
    await expect(postTo(port).deliver(message, { ...envelope, to }, patience())).rejects.toMatchObject({
      progress: { taken: [], refused: [['bob@example.test', expect.stringContaining('550 5.1.1 unknown')]] },
      isFinal: false,
    });
  });

  it.each<[string, Script, string | null]>([
    ['does not greet', WILLING, null],
    ['goes silent', (line) => (line.startsWith('RCPT') ? undefined : WILLING(line)), '220 mx'],
    ['never says whether it took the mail', (line) => (line === '.' ? undefined : WILLING(line)), '220 mx'],
  ])('gives up in time on a server that %s', async (_, script, greeting) => {
    const { port } = await server(script, greeting);
    await expect(postTo(port).deliver(message, envelope, AbortSignal.timeout(300))).rejects.toMatchObject({
      isFinal: false,
      message: expect.stringContaining('takes too long'),
    });
  });

  it('does not end with a server that is not there, or hangs up at once', async () => {
    const gone = await startServer(WILLING);
    await gone.end();
    await expect(postTo(gone.port).deliver(message, envelope, patience())).rejects.toMatchObject({ isFinal: false });
    const { port } = await server((line) => (line.startsWith('EHLO') ? HANG_UP : WILLING(line)));
    await expect(postTo(port).deliver(message, envelope, patience())).rejects.toMatchObject({ isFinal: false });
  });

  it('shows an answer of ten megabytes, and what would act in a terminal, as a line', async () => {
    const { port } = await server(but('RCPT', `550 \x1b[2J\u0007${'A'.repeat(60_000)}`));
    const failure = await postTo(port)
      .deliver(message, envelope, patience())
      .catch((error: unknown) => error);
    expect(String(failure)).toMatch(/^[^\u0000-\u001f\u007f]{20,400}$/);
    const { port: other } = await server(but('EHLO', `250-${'A'.repeat(10_000_000)}`));
    await expect(postTo(other).deliver(message, envelope, patience())).rejects.toMatchObject({ isFinal: false });
  });

  it('sends nothing unencrypted to any other machine', async () => {
    const { port, heard } = await server(but('STARTTLS', '502 never heard of it'));
    // A name of this machine that is not known to be one.
    const post = postTo(port, { host: '0.0.0.0', user: 'ana', password: 'secret' });
    await expect(post.deliver(message, envelope, patience())).rejects.toMatchObject({ isFinal: false });
    expect(heard.filter((line) => /^(?:AUTH|MAIL|RCPT|DATA)/.test(line))).toEqual([]);
  });

  it('logs in, and keeps the password to itself when the server repeats it', async () => {
    const extension = '250-mx\r\n250 AUTH PLAIN LOGIN';
    const willing = await server(but('EHLO', extension));
    await postTo(willing.port, { user: 'ana', password: 'secret' }).deliver(message, envelope, patience());
    const sent = Buffer.from('\0ana\0secret').toString('base64');
    expect(willing.heard).toContain(`AUTH PLAIN ${sent}`);
    const rude = await server((line) => {
      if (line.startsWith('AUTH')) return `535 wrong: ${line} (secret)`;
      return line.startsWith('EHLO') ? extension : WILLING(line);
    });
    const failure = await postTo(rude.port, { user: 'ana', password: 'secret' })
      .deliver(message, envelope, patience())
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      isFinal: true,
      message: expect.stringContaining('the login of ana is refused (535)'),
    });
    expect(JSON.stringify([String(failure), failure])).not.toMatch(new RegExp(`secret|${sent}`));
  });
});
