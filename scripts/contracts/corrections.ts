// Rules that the code has always had and the release did not show. Now it shows them, and nobody breaks: what they refuse was never read.
import type { Finding } from './finding.ts';

export interface Correction extends Pick<Finding, 'name' | 'rule' | 'path'> {
  /** As the check says it, with the rule itself: another rule is another finding. */
  readonly text: string;
  /** Why no message is lost. */
  readonly because: string;
}

const CORRECTIONS: readonly Correction[] = [
  {
    name: 'envelope',
    rule: 'constraint-added',
    path: 'id',
    text: 'has the pattern "^[!-~]+$" now',
    because:
      'Consumers have refused every other id from the first release on, since the inbox keeps ids in an ASCII column. Publishers write UUIDs, and EventBridge does.',
  },
];

/** What is a correction breaks nobody. It is still released, as an addition is. */
export function acceptCorrections(findings: readonly Finding[], corrections: readonly Correction[] = CORRECTIONS): readonly Finding[] {
  return findings.map((finding) => {
    const correction = corrections.find(
      ({ name, rule, path, text }) => name === finding.name && rule === finding.rule && path === finding.path && text === finding.text,
    );
    return correction === undefined ? finding : { ...finding, text: `${finding.text}. ${correction.because}`, breaks: [] };
  });
}
