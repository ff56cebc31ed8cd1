export * from './errors.ts';
export * from './service-tokens.ts';
