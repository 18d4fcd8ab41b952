/** The few of many. */

/** The numbers below `size` with the highest scores above 0, highest first; of equals the lower number: banned first. */
export function topSubjects(size: number, scoreOf: (subject: number) => number, limit: number): number[] {
  const top: Array<{ readonly subject: number; readonly score: number }> = [];
  for (let subject = 0; subject < size; subject++) {
    const score = scoreOf(subject);
    if (score <= 0 || (top.length === limit && score <= (top.at(-1)?.score ?? 0))) continue;
    const place = top.findIndex((one) => one.score < score);
    top.splice(place < 0 ? top.length : place, 0, { subject, score });
    if (top.length > limit) top.pop();
  }
  return top.map((one) => one.subject);
}
