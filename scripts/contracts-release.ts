// `npm run contracts:release`: from now on others build on what is in contracts/src. What breaks somebody is not released.
import { writeBaseline } from './contracts/baseline.ts';
import { checkContracts } from './contracts/check-contracts.ts';
import { isBreaking } from './contracts/finding.ts';
import { parseOptions } from './contracts/options.ts';
import { renderReport } from './contracts/report.ts';

const { baseline } = parseOptions(process.argv.slice(2));
const check = checkContracts(baseline);
console.log(renderReport(check));
if (check.findings.some(isBreaking) || check.unfit.length > 0) {
  console.log('\nNothing was released.');
  process.exitCode = 1;
} else {
  writeBaseline(baseline, check.current);
  console.log('\nReleased. Commit contracts/released, and run npm run docs.');
}
