/** A ban as `get JAIL banip --with-time` shows it: since when, how many seconds, until when, in local time. */
import type { ServedBan } from './served.ts';

/** What stands for the end of a ban that has none. */
const NEVER = '9999-12-31 23:59:59';

export function banSpan({ subject, from, length }: ServedBan): string {
  return `${subject} \t${local(from)} + ${length} = ${length < 0 ? NEVER : local(from + length)}`;
}

/** Local time, as the clients of a host expect it. */
function local(seconds: number): string {
  const date = new Date(seconds * 1_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
