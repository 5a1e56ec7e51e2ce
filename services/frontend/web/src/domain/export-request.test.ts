import { describe, expect, it } from '@jest/globals';
import { jobRequest } from '@torii/contracts';
import { decideExportRequest } from './export-request.ts';

describe('decideExportRequest', () => {
  it('leaves out what the filter leaves open', () => {
    const request = decideExportRequest({ category: '', status: '', mine: false }, 'csv');
    expect(request).toEqual({ type: 'catalog-export', input: { format: 'csv' } });
    expect(jobRequest.parse(request)).toEqual(request);
  });

  it('narrows as the catalogue does', () => {
    const request = decideExportRequest({ category: '建築', status: 'listed', mine: true }, 'ndjson');
    expect(request.input).toEqual({ format: 'ndjson', owner: 'me', category: '建築', status: 'listed' });
    expect(jobRequest.parse(request)).toEqual(request);
  });

  it('does not widen the export when the address holds a status that does not exist', () => {
    expect(decideExportRequest({ category: '', status: 'sold', mine: false }, 'csv').input).toMatchObject({ status: 'sold' });
  });
});
