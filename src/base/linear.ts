/**
 * V8's linear-time engine for regular expressions. An expression that backtracks too much is finished by it, so no line
 * can hold the process; and its `l` flag tells at load whether an expression is one that it can take.
 * Set once, first thing in the process (bin, test set-up): V8 reads the flags when it compiles an expression.
 */
import { setFlagsFromString } from 'node:v8';

export function enableLinearExpressions(): void {
  setFlagsFromString('--enable-experimental-regexp-engine');
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
  setFlagsFromString(`--regexp-backtracks-before-fallback=${BACKTRACKS_MAX}`);
}

/**
 * V8 counts a way back, not the characters that it scans on each: its own 50,000 let `[^\n]*a[^\n]*c$` take 130 ms on 8 KiB
 * of `a`; these take 5. Hardly a line that anybody means needs a hundred, and one that does is only read by the other engine.
 */
const BACKTRACKS_MAX = 2_000;

/** Whether the expression runs in linear time. False for a syntax error too. */
export function isLinear(source: string): boolean {
  try {
    new RegExp(source, 'l');
    return true;
  } catch {
    return false; // SyntaxError is the answer: not an expression, or not one for the linear engine.
  }
}
