/** A process that sends one mail, for tests that kill it. Bundled by mail-kill.test.ts. */
import { openMail } from '../src/notify/channel/mail.ts';
import { banNotice } from '../src/notify/mail/testing/notices.ts';

const [port = '', id = ''] = process.argv.slice(2);
const channel = openMail({
  ...{ name: 'mail', server: { protocol: 'smtp', host: '127.0.0.1', port: Number(port) }, sendmail: undefined },
  ...{ user: undefined, password: undefined, from: 'rapsheet@web1.example.test', to: ['ana@example.test'] },
});
await channel.send(banNotice(), { id, signal: AbortSignal.timeout(30_000) });
await channel.close();
