/** A sender that is killed in the middle of a mail, and sends it again: nothing is lost, and nothing comes twice that need not. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from './live.ts';
import { hasMailServer, headerOf, type MailServer, parseMail, startMailServer } from './mail-server.ts';

const canServe = hasMailServer();

describe.skipIf(!canServe)('a sender that is killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-mail-kill-'));
  const program = join(folder, 'sender.mjs');
  let server: MailServer;

  beforeAll(async () => {
    await build({
      ...{ entryPoints: ['test/mail-sender.ts'], outfile: program, bundle: true, platform: 'node', format: 'esm' },
      banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
    });
    server = await startMailServer(folder);
  });

  afterAll(async () => {
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  });

  async function send(id: string, port = server.port): Promise<ChildProcess> {
    const child = spawn(process.execPath, [program, String(port), id], { stdio: ['ignore', 'inherit', 'inherit'] });
    await once(child, 'exit');
    return child;
  }

  /** Mails that came of a delivery, by their Message-ID. */
  async function arrived(least: number): Promise<string[]> {
    await until(
      () => server.mails('ana').length >= least,
      () => `${server.mails('ana').length} of ${least} mails`,
    );
    const mails = await Promise.all(server.mails('ana').map(parseMail));
    return mails.map((mail) => headerOf(mail, 'Message-ID') ?? '');
  }

  it('leaves nothing behind when it had not said all', async () => {
    // The server asks for the mail, and the sender is gone before it knows.
    const proxy = await startProxy(server.port, { toServer: () => false, toClient: (text) => text.startsWith('354') });
    const killed = await run(proxy, 'half');
    expect(killed.signalCode).toBe('SIGKILL');
    expect((await send('half')).exitCode).toBe(0);
    expect(await arrived(1)).toHaveLength(1);
  });

  it('sends a mail again under the same Message-ID when it was killed before it had the answer', async () => {
    const before = server.mails('ana').length;
    // What the server took, the sender cannot know: SMTP has no way to ask.
    const proxy = await startProxy(server.port, {
      toServer: () => false,
      toClient: (text) => text.includes('queued as'),
    });
    const killed = await run(proxy, 'whole');
    expect(killed.signalCode).toBe('SIGKILL');
    expect((await send('whole')).exitCode).toBe(0);
    const ids = (await arrived(before + 2)).sort();
    expect(ids).toHaveLength(before + 2);
    expect(new Set(ids).size).toBe(before + 1);
  });

  async function run(proxy: Proxy, id: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, [program, String(proxy.port), id], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const ended = once(child, 'exit');
    await Promise.race([proxy.reached, ended]);
    child.kill('SIGKILL');
    await ended;
    proxy.server.close();
    return child;
  }
});

interface Proxy {
  readonly port: number;
  readonly server: Server;
  /** The moment to kill at. */
  readonly reached: Promise<void>;
}

/** Passes on what both sides say, up to a moment; from then on nothing. */
async function startProxy(
  port: number,
  isMoment: Record<'toServer' | 'toClient', (text: string) => boolean>,
): Promise<Proxy> {
  let stop: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const pass = (from: Socket, to: Socket, is: (text: string) => boolean): void => {
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    from.on('data', (piece: Buffer) => {
      if (piece.toString('latin1').split('\r\n').some(is)) stop();
      else to.write(piece);
    });
  };
  const server = createServer((client) => {
    const behind = connect(port, '127.0.0.1');
    pass(client, behind, isMoment.toServer);
    pass(behind, client, isMoment.toClient);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, server, reached };
}
