import { SimpleGrid } from '@mantine/core';
import type { Job } from '@torii/contracts';
import { useTranslation } from 'react-i18next';
import { decideOutcome } from '../../domain/job-result.ts';
import { Figure } from './figure.tsx';
import { FileResult } from './file-result.tsx';
import { AfterImport, ImportTotals } from './import-result.tsx';

/** What came of a job, each kind of result in its own way, and what to do next. */
export function JobResult({ job }: { readonly job: Job }) {
  const outcome = decideOutcome(job);
  switch (outcome?.kind) {
    case undefined:
      return null;
    case 'import':
      return (
        <>
          <ImportTotals result={outcome.result} />
          {job.status === 'completed' && <AfterImport />}
        </>
      );
    case 'file':
      return <FileResult job={job} result={outcome.result} />;
    case 'counts':
      return <Counts counts={outcome.counts} />;
  }
}

/** Of work that these pages do not know: every number there is, by its name in the API. */
function Counts({ counts }: { readonly counts: readonly (readonly [name: string, count: number])[] }) {
  const { i18n } = useTranslation();
  const numbers = new Intl.NumberFormat(i18n.language);
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      {counts.map(([name, count]) => (
        <Figure key={name} name={name} label={name} value={numbers.format(count)} />
      ))}
    </SimpleGrid>
  );
}
