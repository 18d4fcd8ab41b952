/** Set-up of the test runner: the same engine as in the program. */
import { enableLinearExpressions } from './linear.ts';

enableLinearExpressions();
