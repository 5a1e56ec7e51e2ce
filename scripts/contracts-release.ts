// `npm run contracts:release`: from now on others build on what is in contracts/src. What breaks somebody is not released.
// With `-- --withdraw <type>`, once for each, messages that are gone from contracts/src and that nothing holds any more go out of the release too.
import { withdraw, writeBaseline } from './contracts/baseline.ts';
import { checkContracts } from './contracts/check-contracts.ts';
import { isBreaking } from './contracts/finding.ts';
import { parseReleaseOptions } from './contracts/options.ts';
import { renderReport } from './contracts/report.ts';
import { listWithdrawals } from './contracts/withdrawals.ts';

const { baseline, withdraw: names } = parseReleaseOptions();
const check = checkContracts(baseline, names);
const { entries, refusals } = listWithdrawals(check, names);
console.log([renderReport(check, 'release'), ...refusals].join('\n\n'));
if (check.findings.some(isBreaking) || check.unfit.length + refusals.length > 0) {
  console.log('\nNothing was released.');
  process.exitCode = 1;
} else {
  withdraw(baseline, entries, new Date().toISOString().slice(0, 'YYYY-MM-DD'.length));
  writeBaseline(baseline, check.current);
  console.log(
    `\nReleased${names.length > 0 ? `, and withdrawn: ${names.join(', ')}` : ''}. Commit contracts/released, and run npm run docs.`,
  );
}
