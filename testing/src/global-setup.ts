import { startRunServers } from './run-servers.ts';

/** Before all component tests: one MariaDB and one Redis, whose addresses every test file finds in its environment. */
export default startRunServers;
