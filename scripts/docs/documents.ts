// Every document that comes from the source, and how it is made.
import { readBaseline } from '../contracts/baseline.ts';
import { RELEASED_FOLDER } from '../contracts/check-contracts.ts';
import { listContracts } from '../contracts/contract.ts';
import { renderAsyncApi } from './render-asyncapi.ts';
import { renderEvents } from './render-events.ts';
import { renderPage } from './render-topology.ts';

interface Document {
  readonly path: string;
  /** @param current the document as it is; '' when there is none */
  readonly render: (current: string) => string;
}

export function listDocuments(): readonly Document[] {
  const contracts = listContracts();
  const { examples } = readBaseline(RELEASED_FOLDER);
  return [
    { path: 'docs/architecture.md', render: renderPage },
    { path: 'docs/events.md', render: () => renderEvents(contracts, examples) },
    { path: 'docs/asyncapi.json', render: () => renderAsyncApi(contracts, examples) },
  ];
}
