export * from './broker.ts';
export * from './dasf-socket.ts';
export * from './database-outage.ts';
export * from './local-stack.ts';
export * from './restricted-nats.ts';
export * from './target.ts';
