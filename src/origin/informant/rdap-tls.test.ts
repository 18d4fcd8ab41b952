/** RDAP over TLS: a certificate that nobody vouches for is not believed, whatever the environment says. */
import { createServer, type Server } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canCertify, selfSigned } from '../../base/testing/certificate.ts';
import { answering, portOf, redirecting, startRdapServer } from '../testing/rdap-server.ts';
import { address, scratch } from '../testing/scratch.ts';
import { rdap } from './rdap.ts';

const files = scratch();
const isPossible = canCertify('RDAP over TLS');

describe.skipIf(!isPossible)('rdap() over TLS', () => {
  let server: Server;
  let asked = 0;

  beforeAll(async () => {
    server = createServer(await selfSigned(files.folder), (request, response) => {
      asked++;
      answering()(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server?.closeAllConnections();
    server?.close();
  });

  function informant(url: string) {
    const servers = { baseOf: (): URL => new URL(url) };
    return rdap({ clock: () => 0, servers, nameServers: [], agent: 'rapsheet/test', mayReach: () => true });
  }

  it('refuses a certificate that is its own witness, also where the environment would not', async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const one = informant(`https://127.0.0.1:${portOf(server)}/`);
      const reply = await one.ask(address('203.0.113.7'), AbortSignal.timeout(10_000));
      expect(reply).toMatchObject({ state: 'failed', why: expect.stringMatching(/self-signed|certificate/) });
      expect(asked).toBe(0);
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
  });

  it('is not led from HTTP past the check either', async () => {
    const sends = await startRdapServer(redirecting(`https://127.0.0.1:${portOf(server)}/`));
    const reply = await informant(sends.url).ask(address('203.0.113.7'), AbortSignal.timeout(10_000));
    expect(reply).toMatchObject({ state: 'failed', why: expect.stringMatching(/self-signed|certificate/) });
    await sends.close();
  });
});
