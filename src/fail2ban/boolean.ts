/** Yes and no as fail2ban reads them. */

/** `1`, `on`, `true` and `yes` in any case are true, anything else is not. */
export function parseBoolean(text: string): boolean {
  return ['1', 'on', 'true', 'yes'].includes(text.toLowerCase());
}

/** Whether it is a word for yes or no at all; nothing is no. */
export function isBoolean(text: string): boolean {
  return parseBoolean(text) || ['', '0', 'off', 'false', 'no'].includes(text.toLowerCase());
}
