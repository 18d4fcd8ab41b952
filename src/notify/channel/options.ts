/** What a channel needs of its configuration, asked for when it is made, so that mistakes are told before anything is sent. */
import { EXIT, ProblemError } from '../../base/problem.ts';
import type { ChannelOptions } from '../channel.ts';
import type { Endpoint } from '../web/web.ts';

/** @throws ProblemError (78) naming the channel */
export function refuse({ name }: ChannelOptions, what: string, hint?: string): never {
  const whole = `channel ${name}: ${what}`;
  throw new ProblemError(EXIT.badConfig, hint === undefined ? { what: whole } : { what: whole, hint });
}

/** @throws ProblemError (78) where it is not given */
export function urlOf(options: ChannelOptions, usual?: string): URL {
  const text = options.url ?? usual;
  if (text === undefined) return refuse(options, 'it has no address', 'url = "https://..." or url_file');
  return new URL(text);
}

/** A token that may stand in a header and in an address. @throws ProblemError (78), which does not hold the token */
export function tokenOf(options: ChannelOptions, form = /^[\x21-\x7e]+$/): string {
  const { token } = options;
  if (token === undefined) return refuse(options, 'it has no token', 'token_file = "/etc/rapsheet/..."');
  if (!form.test(token)) return refuse(options, 'what is in its token_file is no token of this service');
  return token;
}

/** Which room, chat or topic. @throws ProblemError (78) */
export function roomOf(options: ChannelOptions, form: RegExp, like: string): string {
  const { to } = options;
  if (to === undefined) return refuse(options, 'it is not said where to', `to = "${like}"`);
  if (!form.test(to)) return refuse(options, `to = "${to}" is no such place of this service`, `like "${like}"`);
  return to;
}

/** The address with a path below it, the one of the configuration first. */
export function below(url: URL, path: string): URL {
  const whole = new URL(url);
  whole.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  return whole;
}

/** Paths of web addresses that are secrets have long random parts. */
const SECRET_PART_MIN = 8;

/** Where messages go; neither tokens nor what stands in the address behind the server is told to anybody. */
export function endpointOf(options: ChannelOptions, url: URL): Endpoint {
  const path = `${url.pathname}${url.search}`;
  const parts = [...url.pathname.split('/'), ...url.searchParams.values()];
  const secrets = [
    url.href,
    path === '/' ? '' : path,
    ...parts.filter((part) => part.length >= SECRET_PART_MIN),
    options.token ?? '',
  ];
  return { url, secrets, isPlainAllowed: options.isPlainAllowed ?? false };
}
