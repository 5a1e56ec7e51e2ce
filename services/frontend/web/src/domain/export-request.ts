import type { ExportFormat, JobRequest } from '@torii/contracts';

export const EXPORT_FORMATS = ['csv', 'ndjson'] as const satisfies readonly ExportFormat[];

export interface ExportFilter {
  readonly category: string;
  readonly status: string;
  readonly mine: boolean;
}

export type ExportRequest = Extract<JobRequest, { readonly type: 'catalog-export' }>;

/** What the catalogue shows under this filter, as a job. A search for words cannot be part of it. */
export function decideExportRequest({ category, status, mine }: ExportFilter, format: ExportFormat): ExportRequest {
  return {
    type: 'catalog-export',
    input: {
      format,
      ...(mine ? { owner: 'me' } : {}),
      ...(category === '' ? {} : { category }),
      ...(status === '' ? {} : { status: parseStatus(status) }),
    },
  };
}

/** As it stands in the address: the server refuses a status it does not know, as it does in a search. */
function parseStatus(status: string) {
  return status as NonNullable<ExportRequest['input']['status']>;
}
