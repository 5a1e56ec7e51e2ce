import { stopRunServers } from './run-servers.ts';

/** After all component tests, failed ones too. */
// oxlint-disable-next-line import/no-default-export -- Jest takes the default export
export default stopRunServers;
