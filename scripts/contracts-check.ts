// `npm run contracts:check`: may what is in contracts/src be deployed beside what is deployed already?
// With --released, as `npm run check` has it, additions must have been released too: the baseline is what others read.
import { checkContracts } from './contracts/check-contracts.ts';
import { isBreaking } from './contracts/finding.ts';
import { parseCheckOptions } from './contracts/options.ts';
import { renderReport } from './contracts/report.ts';

const { baseline, mustBeReleased } = parseCheckOptions();
const check = checkContracts(baseline);
console.log(renderReport(check));
if (check.findings.some(isBreaking) || (mustBeReleased && check.findings.length + check.unfit.length > 0)) process.exitCode = 1;
