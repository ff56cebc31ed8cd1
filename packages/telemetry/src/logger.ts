import { type DestinationStream, type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino';
import { LogOutput } from './log-output.ts';
import { censorUrl, SECRET_PATHS, SECRET_TOP_PATHS } from './redaction.ts';

export type { Logger } from 'pino';

const CENSORED = '***';

/** A process has one. */
let standardOutput: LogOutput | undefined;

export interface LoggerSettings {
  /** The service. */
  readonly name: string;
  /** `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`. */
  readonly level: string;
}

/**
 * One JSON object a line, on standard output unless told otherwise. Line ends and control characters of values are
 * escaped, so that no message can pretend to be another line.
 */
export function createLogger({ name, level }: LoggerSettings, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    name,
    level,
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: [...SECRET_PATHS], censor: CENSORED },
    serializers: { req: describeRequest },
  };
  if (destination) return pino(options, destination);
  standardOutput ??= new LogOutput();
  const logger = pino(options, standardOutput);
  standardOutput.onRoom = (dropped) => {
    logger.warn({ dropped }, 'lines of this log were dropped: they were not read as fast as they came');
  };
  return logger;
}

/**
 * Writes lines of texts and numbers, with no objects in them: secrets are told by their keys alone. To look into each
 * value takes several times as long as all the rest of a line.
 */
export function flatLines(logger: Logger): Logger {
  return logger.child({}, { redact: { paths: [...SECRET_TOP_PATHS], censor: CENSORED } });
}

interface RequestLike {
  readonly id?: unknown;
  readonly method?: string;
  readonly url?: string;
  readonly ip?: string;
}

function describeRequest({ id, method, url, ip }: RequestLike) {
  return { id, method, url: url && censorUrl(url), ip };
}
