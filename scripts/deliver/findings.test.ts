import { describe, expect, it } from '@jest/globals';
import { parseAcceptedFindings, readAcceptedFindings } from './accepted-findings.ts';
import { DeliveryError } from './delivery-error.ts';
import { judgeFindings, listFindings, type ScanFinding } from './findings.ts';

const TODAY = '2026-11-22';
const reason = 'Only the parser of TIFF has it, and nothing here reads TIFF.';

const finding = (id: string, severity: string): ScanFinding => ({ id, severity, packages: 'libtiff 4.5' });

describe('findings of a scan', () => {
  it('are read from a basic scan', () => {
    const attributes = [
      { key: 'package_name', value: 'openssl' },
      { key: 'package_version', value: '3.0.17' },
    ];
    expect(listFindings({ findings: [{ name: 'CVE-2026-1', severity: 'HIGH', attributes }, { name: 'CVE-2026-2' }] })).toEqual([
      { id: 'CVE-2026-1', severity: 'HIGH', packages: 'openssl 3.0.17' },
      { id: 'CVE-2026-2', severity: 'UNDEFINED', packages: '? ?' },
    ]);
  });

  it('are read from a scan of Inspector, but for those that are closed', () => {
    const details = {
      vulnerabilityId: 'GHSA-1',
      vulnerablePackages: [
        { name: 'express', version: '5.3.0' },
        { name: 'qs', version: '6.0.0' },
      ],
    };
    expect(
      listFindings({
        enhancedFindings: [
          { severity: 'CRITICAL', status: 'ACTIVE', title: 'long title', packageVulnerabilityDetails: details },
          { severity: 'HIGH', status: 'SUPPRESSED', title: 'silenced' },
          { severity: 'HIGH', status: 'CLOSED', title: 'repaired' },
        ],
      }),
    ).toEqual([
      { id: 'GHSA-1', severity: 'CRITICAL', packages: 'express 5.3.0, qs 6.0.0' },
      { id: 'silenced', severity: 'HIGH', packages: '' },
    ]);
  });
});

describe('an image', () => {
  it('is refused for what is CRITICAL or HIGH, and for nothing less', () => {
    const found = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED', 'UNTRIAGED'].map((severity) =>
      finding(`CVE-${severity}`, severity),
    );
    expect(judgeFindings(found, [], TODAY)).toEqual({
      refusals: ['CRITICAL CVE-CRITICAL in libtiff 4.5', 'HIGH CVE-HIGH in libtiff 4.5'],
      notes: [],
    });
  });

  it('may have what is accepted, until the end of the last day', () => {
    const found = [finding('CVE-1', 'CRITICAL')];
    expect(judgeFindings(found, [{ id: 'CVE-1', reason, until: TODAY }], TODAY)).toEqual({
      refusals: [],
      notes: [`CRITICAL CVE-1 in libtiff 4.5; accepted until ${TODAY}: ${reason}`],
    });
    expect(judgeFindings(found, [{ id: 'CVE-1', reason, until: '2026-11-21' }], TODAY).refusals).toEqual([
      `CRITICAL CVE-1 in libtiff 4.5; was accepted until 2026-11-21: ${reason}`,
    ]);
  });

  it('tells of accepted findings that it does not have, so that somebody takes them off the list', () => {
    expect(judgeFindings([], [{ id: 'CVE-1', reason, until: TODAY }], TODAY)).toEqual({
      refusals: [],
      notes: ['CVE-1 is accepted, and not in this image'],
    });
  });
});

describe('the list of accepted findings', () => {
  it('is in order', () => {
    expect(readAcceptedFindings().filter(({ until }) => until < '2026-01-01')).toEqual([]);
  });

  it.each([
    ['no reason', { id: 'CVE-2026-1', until: TODAY }],
    ['no reason worth the name', { id: 'CVE-2026-1', reason: 'ok', until: TODAY }],
    ['no end', { id: 'CVE-2026-1', reason }],
    ['an end that is no day', { id: 'CVE-2026-1', reason, until: 'never' }],
    ['a name that is none', { id: '*', reason, until: TODAY }],
    ['more than it may say', { id: 'CVE-2026-1', reason, until: TODAY, severity: 'HIGH' }],
  ])('is refused for an entry with %s', (_what, entry) => {
    expect(() => parseAcceptedFindings(JSON.stringify([entry]))).toThrow(DeliveryError);
  });
});
