import 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** A NATS server with JetStream that all tests share: use `randomNamespace()`. */
    natsUrl: string;
    /** A PostgreSQL superuser's address: use `createDatabase()`. */
    databaseUrl: string;
    /** For tests that kill their server; undefined where this machine has and gets none: they are skipped. */
    natsServerBinary: string | undefined;
  }
}
