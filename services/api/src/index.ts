export { type Api, type ApiOverrides, createApi } from './api.ts';
export { type ApiConfig, apiSpecs, readApiConfig } from './config.ts';
export * from './status/availability.ts';
export * from './status/read-model-reader.ts';
export * from './status/reader.ts';
