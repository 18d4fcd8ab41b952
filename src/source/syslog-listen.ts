/** Receives syslog at one address: datagrams, or streams from several senders. */
import { createSocket } from 'node:dgram';
import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { errorCode } from '../base/problem.ts';
import type { SyslogAddress } from './syslog-address.ts';
import { type ConnectionSink, Connections } from './syslog-connections.ts';

/** Asked of the kernel, which may give less: datagrams of a tenth of a second when we are busy. */
const RECEIVE_BYTES = 1_048_576;
/** Whoever is in the socket's group may log. */
const SOCKET_MODE = 0o660;

export interface ListenSink extends ConnectionSink {
  /** The socket has failed and is closed. */
  failed(error: Error): void;
}

export interface Listening {
  /** Whether senders still find it: anybody may have removed the file of a Unix socket. */
  isThere(): boolean;
  close(): Promise<void>;
}

/** That the address cannot be taken, for a reason that the system does not tell. */
export class AddressTaken extends Error {}

/** @throws the system's errors, or AddressTaken */
export function listenAt(address: SyslogAddress, sink: ListenSink, clock: () => number): Promise<Listening> {
  if (address.type === 'udp') return listenForDatagrams(address, sink);
  return listenForStreams(address, sink, clock);
}

async function listenForDatagrams(
  address: Extract<SyslogAddress, { host: string }>,
  sink: ListenSink,
): Promise<Listening> {
  const type = address.family === 4 ? 'udp4' : 'udp6';
  const socket = createSocket({ type, recvBufferSize: RECEIVE_BYTES });
  socket.on('message', (message) => sink.message(message));
  let isClosed = false;
  socket.on('close', () => {
    isClosed = true;
  });
  const close = async (): Promise<void> => {
    if (!isClosed) await new Promise<void>((resolve) => socket.close(() => resolve()));
  };
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(address.port, address.host, resolve);
    });
  } catch (error) {
    await close();
    throw error;
  }
  socket.removeAllListeners('error');
  socket.on('error', (error) => sink.failed(error));
  return { isThere: () => true, close };
}

async function listenForStreams(address: SyslogAddress, sink: ListenSink, clock: () => number): Promise<Listening> {
  if ('path' in address) await removeLeftSocket(address.path);
  const connections = new Connections(sink, clock);
  const server = createServer((socket) => connections.add(socket));
  const close = async (): Promise<void> => {
    connections.close();
    await new Promise((resolve) => server.close(resolve));
  };
  await listening(
    server,
    address.type === 'unix' ? { path: address.path } : { host: address.host, port: address.port },
  );
  server.on('error', (error) => sink.failed(error));
  if (!('path' in address)) return { isThere: () => true, close };
  const { path } = address;
  try {
    chmodSync(path, SOCKET_MODE);
    const own = inodeOf(path);
    return { isThere: () => own !== undefined && inodeOf(path) === own, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function listening(server: Server, at: { path: string } | { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

/** Removes the socket that a process left which did not end by itself; nothing else is ever removed. */
async function removeLeftSocket(path: string): Promise<void> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return;
  if (!stats.isSocket()) throw new AddressTaken('it exists and is not a socket');
  if (await answers(path)) throw new AddressTaken('another program listens there');
  unlinkSync(path);
}

/** Whether somebody listens at a Unix socket. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      if (errorCode(error) === 'ECONNREFUSED' || errorCode(error) === 'ENOENT') resolve(false);
      // A stream is not what listens there, or its queue is full: somebody does.
      else if (errorCode(error) === 'EPROTOTYPE' || errorCode(error) === 'EAGAIN') resolve(true);
      else reject(error);
    });
  });
}

function inodeOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.ino;
}
