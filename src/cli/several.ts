/** For commander: an option that may be given several times; undefined when it is not given at all. */
export function several(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
