/** What an expression becomes for V8's linear engine, and what is left to be checked when it has matched. */

/**
 * Where something stands in a match: behind what these groups took, one after the other. JavaScript tells only the text
 * of a group; its place is the sum of the lengths of what is before it.
 */
export type Place = readonly number[];

export type Check =
  /** At the place of a marker that was passed, the text looks so, or not so. */
  | {
      readonly type: 'look';
      readonly marker: number;
      readonly place: Place;
      readonly width: number;
      readonly isNegated: boolean;
      readonly source: string;
      readonly flags: string;
    }
  /** Nowhere within what the group took does the text look so. */
  | {
      readonly type: 'never';
      readonly group: number;
      readonly place: Place;
      readonly source: string;
      readonly flags: string;
    }
  /** Both took the same text. */
  | { readonly type: 'same'; readonly group: number; readonly as: readonly number[] };

export interface Native {
  readonly source: string;
  readonly flags: string;
  /** For each group of the expression, those of this source that stand for it; the last that took part counts. */
  readonly groups: readonly (readonly number[])[];
  /** For each group whose place was asked for, where it begins, by the group of this source. */
  readonly places: ReadonlyMap<number, Place>;
  readonly checks: readonly Check[];
  /**
   * `same`: the first match is the expression's own when all checks hold. `groups-differ`: it matches just where the
   * expression does, but may tell its groups otherwise. `wider`: it matches where the expression does, and perhaps elsewhere.
   */
  readonly meaning: 'same' | 'groups-differ' | 'wider';
  /** Only for text with no newline but at its end. */
  readonly needsOneLine: boolean;
}
