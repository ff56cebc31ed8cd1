export { randomNamespace } from '@dasf-broker/testing';
export { createDatabase, type TestDatabase } from './database.ts';
