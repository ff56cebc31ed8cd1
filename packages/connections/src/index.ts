export { type ConnectionList, EdgeConnections } from './edge-connections.ts';
export * from './question.ts';
export * from './serve.ts';
