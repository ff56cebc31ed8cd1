import { STATUS_CODES } from 'node:http';
import { AccessError } from '@dasf-broker/access';
import { CredentialError } from '@dasf-broker/credentials';
import { AppendError } from '@dasf-broker/log';
import { RegistryError } from '@dasf-broker/registry';
import type { FastifyError } from 'fastify';
import { API_FAULTS, ApiFault, type ApiFaultCode } from './faults.ts';

/** An error as RFC 9457 describes it, with a `code` that scripts can rely on. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: ApiFaultCode;
  readonly detail: string;
}

/** The one place that says what an error looks like from outside. What is not known here stays inside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiFault || error instanceof AccessError) return problem(error.code, error.message);
  if (error instanceof RegistryError) {
    return problem(error.code === 'TOPIC_MISSING' ? 'TOPIC_UNKNOWN' : error.code, error.message);
  }
  if (error instanceof CredentialError) {
    const isUnfit = error.code === 'SERVICE_TOKEN_INVALID';
    return problem(isUnfit ? 'REQUEST_INVALID' : error.code, error.message);
  }
  if (error instanceof AppendError)
    return problem('LOG_UNREACHABLE', 'The log cannot be reached; try again.');
  const status = statusOf(error);
  if (status !== undefined)
    return { ...problem('REQUEST_INVALID', wordsOf(error as FastifyError)), ...named(status) };
  return problem('INTERNAL', 'Something went wrong here; the log of this service says what.');
}

function problem(code: ApiFaultCode, detail: string): Problem {
  return { type: 'about:blank', ...named(API_FAULTS[code]), code, detail };
}

function named(status: number) {
  return { title: STATUS_CODES[status] ?? 'Error', status };
}

/** A value that must be one of several is told which; the framework leaves them out. */
function wordsOf({ message, validation }: FastifyError): string {
  const allowed: unknown = validation?.[0]?.params['allowedValues'];
  return Array.isArray(allowed) ? `${message}: ${allowed.join(', ')}` : message;
}

/** The web framework's own errors say which of them are the client's fault. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const status = Number(error.statusCode);
  return status >= 400 && status < 500 ? status : undefined;
}
