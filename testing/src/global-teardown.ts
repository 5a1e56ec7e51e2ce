import { stopRunServers } from './run-servers.ts';

/** After all component tests, failed ones too. */
export default stopRunServers;
