export { endOrphans } from './orphans.ts';
export { type OwnServers, startOwnServers } from './own-servers.ts';
export { isRunning } from './process-identity.ts';
export { readRun } from './run-file.ts';
export { type Stack, type StackOverrides, startStack } from './stack.ts';
