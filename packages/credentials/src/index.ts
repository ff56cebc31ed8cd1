export * from './errors.ts';
export { prepareCredentials } from './prepare-credentials.ts';
export * from './service-tokens.ts';
export * from './tickets.ts';
