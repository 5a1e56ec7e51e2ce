export { type Broker, LOCAL_CREDENTIALS, startBroker } from './fauxqs/broker.ts';
export { listResets, prepareHome, resetHome } from './home.ts';
export { listPorts, type Platform, startPlatform, type StartOptions } from './platform.ts';
export { type PlatformFile } from './platform-file.ts';
export { startMariadb } from './natives/mariadb.ts';
export { startRedis } from './natives/redis.ts';
export { type ExitStatus, startTiedProcess, type TiedProcess } from './processes/tied-process.ts';
export { provideTls } from './tls.ts';
