export { createDatabase, type TestDatabase } from './database.ts';
export { randomNamespace } from './namespace.ts';
