export { cacheFolder } from './cache-folder.ts';
export { findNatsServer } from './nats-server/find.ts';
export { endOrphans } from './orphans.ts';
export { type OwnServers, startOwnServers } from './own-servers.ts';
export { isRunning } from './process-identity.ts';
export { readRun } from './run-file.ts';
export { runTool, type ToolResult } from './run-tool.ts';
export { type Stack, type StackOverrides, startStack } from './stack.ts';
export type { StackFile } from './stack-file.ts';
