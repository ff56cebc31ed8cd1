export * from './dependencies.ts';
export * from './internal-server.ts';
export * from './logger.ts';
export * from './metrics.ts';
export * from './monitoring.ts';
export * from './readiness.ts';
export * from './redaction.ts';
export * from './traces.ts';
