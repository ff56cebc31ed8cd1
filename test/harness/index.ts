export * from './broker.ts';
export * from './dasf-socket.ts';
