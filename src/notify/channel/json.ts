/** A webhook of one's own: the notice as JSON, with its id in a header, so that the other end can tell what it has had. */
import { type Channel, type ChannelOptions, DeliveryError } from '../channel.ts';

export function openJson({ name, url }: ChannelOptions): Channel {
  return {
    name,
    send: async (notice, { id, signal }) => {
      if (url === undefined) throw new DeliveryError('it has no url', { isFinal: true });
      const headers = { 'content-type': 'application/json', 'x-rapsheet-id': id };
      const answer = await post(url, {
        method: 'POST',
        body: JSON.stringify(notice),
        headers,
        signal,
        redirect: 'error',
      });
      await answer.body?.cancel();
      if (answer.ok) return;
      const isFinal = answer.status >= 400 && answer.status < 500 && answer.status !== 408 && answer.status !== 429;
      throw new DeliveryError(`the answer was ${answer.status}`, { isFinal });
    },
    close: async () => undefined,
  };
}

async function post(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch {
    // What fetch says may hold the address, which may be a secret.
    throw new DeliveryError('there was no answer');
  }
}
