/** A mail server that answers as it is told, or not at all. No test in here. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

export interface ScriptedServer {
  readonly port: number;
  /** The lines that it was told, of all connections. */
  readonly heard: string[];
  /** How many connections there were. */
  readonly connections: () => number;
  end(): Promise<void>;
}

/** The answer to a command; undefined: silence. */
export type Script = (command: string) => string | undefined;

/** Instead of an answer: the server hangs up. */
export const HANG_UP = 'hang up';

/** What a server says that takes everything. */
export const WILLING: Script = (command) => {
  if (/^EHLO/.test(command)) return '250-mx.example.test\r\n250 SIZE 1000000';
  if (command === 'DATA') return '354 go on';
  return command === 'QUIT' ? '221 bye' : '250 fine';
};

/** `greeting`: null for none. */
export async function startServer(script: Script, greeting: string | null = '220 mx'): Promise<ScriptedServer> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    if (greeting !== null) socket.write(`${greeting}\r\n`);
    answerOn(socket, script, heard);
  });
  const port = await listening(server);
  return {
    port,
    heard,
    connections: () => connections,
    end: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The port at which it listens on loopback, from now on. */
export async function listening(server: Server): Promise<number> {
  if (!server.listening) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

/** The server's side of a session. */
export function answerOn(socket: Socket, script: Script, heard: string[]): void {
  let text = '';
  let isData = false;
  socket.on('error', () => undefined);
  socket.setEncoding('latin1').on('data', (piece: string) => {
    text += piece;
    for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 2);
      heard.push(line);
      if (isData && line !== '.') continue;
      const answer = script(line);
      if (answer === HANG_UP) socket.destroy();
      else if (answer !== undefined) socket.write(`${answer}\r\n`);
      isData = line === 'DATA' && answer?.startsWith('354') === true;
      if (line === 'QUIT') socket.end();
    }
  });
}
