// What the registry's scan found in an image, and whether the image may be deployed with it.
import type { ImageScanFindings } from '@aws-sdk/client-ecr';
import type { AcceptedFinding } from './accepted-findings.ts';

/** One vulnerability. */
export interface ScanFinding {
  /** CVE-…, GHSA-… */
  readonly id: string;
  readonly severity: string;
  /** Name and version of what has it; of several, all. */
  readonly packages: string;
}

export interface Verdict {
  /** Why the image is refused, a line each; none when it may be deployed. */
  readonly refusals: readonly string[];
  /** Findings that somebody has accepted, and accepted ones that are not there. */
  readonly notes: readonly string[];
}

const REFUSED: ReadonlySet<string> = new Set(['CRITICAL', 'HIGH']);

/** Both kinds of scan: the basic one knows packages of the operating system, Inspector's also those of npm. */
export function listFindings({ findings = [], enhancedFindings = [] }: ImageScanFindings): readonly ScanFinding[] {
  const basic = findings.map(({ name = 'unnamed', severity = 'UNDEFINED', attributes = [] }) => {
    const read = (key: string): string => attributes.find((attribute) => attribute.key === key)?.value ?? '?';
    return { id: name, severity, packages: `${read('package_name')} ${read('package_version')}` };
  });
  const enhanced = enhancedFindings
    // Closed ones are repaired; what somebody has silenced in Inspector is no secret here.
    .filter(({ status }) => status !== 'CLOSED')
    .map(({ title = 'unnamed', severity = 'UNTRIAGED', packageVulnerabilityDetails: details }) => ({
      id: details?.vulnerabilityId ?? title,
      severity,
      packages: (details?.vulnerablePackages ?? []).map(({ name = '?', version = '?' }) => `${name} ${version}`).join(', '),
    }));
  return [...basic, ...enhanced];
}

/** @param today YYYY-MM-DD, in UTC */
export function judgeFindings(findings: readonly ScanFinding[], accepted: readonly AcceptedFinding[], today: string): Verdict {
  const serious = findings.filter(({ severity }) => REFUSED.has(severity));
  const judged = serious.map((finding) => ({ finding, entry: accepted.find(({ id }) => id === finding.id) }));
  const isOpen = (entry: AcceptedFinding | undefined): boolean => entry === undefined || entry.until < today;
  return {
    refusals: judged
      .filter(({ entry }) => isOpen(entry))
      .map(
        ({ finding, entry }) => `${describe(finding)}${entry === undefined ? '' : `; was accepted until ${entry.until}: ${entry.reason}`}`,
      ),
    notes: [
      ...judged
        .filter(({ entry }) => !isOpen(entry))
        .map(({ finding, entry }) => `${describe(finding)}; accepted until ${entry?.until}: ${entry?.reason}`),
      ...accepted
        .filter(({ id }) => !serious.some((finding) => finding.id === id))
        .map(({ id }) => `${id} is accepted, and not in this image`),
    ],
  };
}

function describe({ id, severity, packages }: ScanFinding): string {
  return `${severity} ${id} in ${packages}`;
}
