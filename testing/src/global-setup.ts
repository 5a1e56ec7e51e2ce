import { startRunServers } from './run-servers.ts';

/** Before all component tests: one MariaDB and one Redis, whose addresses every test file finds in its environment. */
// oxlint-disable-next-line import/no-default-export -- Jest takes the default export
export default startRunServers;
