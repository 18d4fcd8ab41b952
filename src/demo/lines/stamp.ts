/** Times as the services write them. All in UTC, from milliseconds since 1970. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `2024-10-03T12:00:01.123456+00:00`: rsyslog's own format. */
export function rfc3339(time: number): string {
  return `${new Date(time).toISOString().slice(0, -1)}${micros(time)}+00:00`;
}

/** `Oct  3 12:00:01`: the classic format of syslog, without a year. */
export function classic(time: number): string {
  const date = new Date(time);
  return `${monthOf(date)} ${String(date.getUTCDate()).padStart(2)} ${clockOf(date)}`;
}

/** `03/Oct/2024:12:00:01 +0000`: of access logs. */
export function common(time: number): string {
  const date = new Date(time);
  return `${two(date.getUTCDate())}/${monthOf(date)}/${date.getUTCFullYear()}:${clockOf(date)} +0000`;
}

/** `2024/10/03 12:00:01`: of nginx's error log. */
export function nginx(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
}

/** `Thu Oct 03 12:00:01.123456 2024`: of Apache's error log. */
export function apache(time: number): string {
  const date = new Date(time);
  const day = `${WEEKDAYS[date.getUTCDay()]} ${monthOf(date)} ${two(date.getUTCDate())}`;
  const fraction = `${String(date.getUTCMilliseconds()).padStart(3, '0')}${micros(time)}`;
  return `${day} ${clockOf(date)}.${fraction} ${date.getUTCFullYear()}`;
}

function monthOf(date: Date): string {
  return MONTHS[date.getUTCMonth()] ?? '';
}

function clockOf(date: Date): string {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** The last three digits of a microsecond, which the plan does not know; the same for the same millisecond. */
function micros(time: number): string {
  return String((time * 619) % 1000).padStart(3, '0');
}
