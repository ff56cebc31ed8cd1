export * from './errors.ts';
export * from './service-tokens.ts';
export * from './tickets.ts';
