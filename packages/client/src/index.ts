export * from './caller.ts';
export * from './consumer.ts';
export * from './frames.ts';
export * from './module.ts';
export * from './payload.ts';
export * from './producer.ts';
export * from './reconnecting-socket.ts';
