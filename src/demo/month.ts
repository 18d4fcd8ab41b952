/** When the story plays, and on which hosts. All three keep their clocks in UTC. */

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** October 2024: from its first instant to the first one after it. */
export const MONTH = { from: Date.UTC(2024, 9, 1), until: Date.UTC(2024, 10, 1) } as const;
export const DAYS = (MONTH.until - MONTH.from) / DAY;

export const HOSTS = ['web1', 'web2', 'mail'] as const;
export type Host = (typeof HOSTS)[number];
export const WEB_HOSTS: readonly Host[] = ['web1', 'web2'];

/** The hosts' own addresses, as their services log them. */
export const HOST_ADDRESS: Readonly<Record<Host, string>> = {
  web1: '192.0.2.80',
  web2: '192.0.2.81',
  mail: '192.0.2.25',
};
