/** Mail over TLS, with a certificate that nobody vouches for: good enough between programs of this machine, and for nobody else. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createPlain, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canCertify, selfSigned } from '../../base/testing/certificate.ts';
import { SmtpPost } from './smtp.ts';
import { answerOn, listening, WILLING } from './testing/smtp-server.ts';

const isPossible = canCertify('mail over TLS');

const message = Buffer.from('Subject: hello\r\n\r\nhello\r\n');
const envelope = { from: 'rapsheet@example.test', to: ['ana@example.test'] };

describe.skipIf(!isPossible)('SmtpPost over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-tls-'));
  const encrypted: string[] = [];
  const plain: string[] = [];
  const sockets = new Set<Socket>();
  let smtps: Server;
  let smtp: Server;

  beforeAll(async () => {
    const secrets = await selfSigned(folder);
    smtps = createServer(secrets, (socket) => {
      sockets.add(socket);
      socket.write('220 mx\r\n');
      answerOn(socket, WILLING, encrypted);
    });
    smtp = createPlain((socket) => {
      sockets.add(socket);
      socket.write('220 mx\r\n');
      socket.on('error', () => undefined);
      socket.on('data', (piece: Buffer) => {
        const line = piece.toString('latin1').trim();
        plain.push(line);
        if (line.startsWith('EHLO')) socket.write('250-mx\r\n250 STARTTLS\r\n');
        if (line !== 'STARTTLS') return;
        socket.removeAllListeners('data');
        socket.write('220 go on\r\n');
        answerOn(new TLSSocket(socket, { isServer: true, ...secrets }), WILLING, encrypted);
      });
    });
    await listening(smtps);
    await listening(smtp);
  });

  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    smtps.close();
    smtp.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function send(protocol: 'smtp' | 'smtps', host: string): Promise<void> {
    const port = await listening(protocol === 'smtps' ? smtps : smtp);
    const post = new SmtpPost({ server: { protocol, host, port }, user: undefined, password: undefined });
    try {
      await post.deliver(message, envelope, AbortSignal.timeout(20_000));
    } finally {
      await post.close();
    }
  }

  it.each(['smtp', 'smtps'] as const)('encrypts what it sends by %s', async (protocol) => {
    encrypted.length = 0;
    plain.length = 0;
    await send(protocol, '127.0.0.1');
    expect(encrypted).toContain('MAIL FROM:<rapsheet@example.test> SIZE=25');
    expect(plain.filter((line) => line.includes('MAIL'))).toEqual([]);
  });

  it.each(['smtp', 'smtps'] as const)('believes no stranger by %s, whatever the environment says', async (protocol) => {
    encrypted.length = 0;
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      // A name of this machine that is not known to be one.
      await expect(send(protocol, '0.0.0.0')).rejects.toMatchObject({
        isFinal: false,
        message: expect.stringMatching(/self-signed certificate/),
      });
      expect(encrypted.filter((line) => /^(?:EHLO|AUTH|MAIL)/.test(line))).toEqual([]);
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
  });
});
