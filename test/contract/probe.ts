import { setTimeout } from 'node:timers/promises';
import { DasfSocket, UpgradeRefused } from '../harness/dasf-socket.ts';
import { targetAt } from '../harness/target.ts';
import { CannotStart } from './arguments.ts';
import type { GivenAddresses } from './given.ts';

const PATIENCE_MS = 5000;
const NOBODY = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/**
 * Asks each edge and each api for something that needs the secret, so that no test has to find out; makes nothing.
 *
 * @throws {CannotStart}
 */
export async function probe(given: GivenAddresses): Promise<void> {
  const { edges, apis, secret, namePrefix } = given;
  const topic = `${namePrefix}probe`;
  const token = await targetAt(edges, apis, secret).token('operator', ['administer', 'can_view_status:t-*']);
  await Promise.all([
    ...edges.map((edge) => inTime(edge, probeEdge(edge, topic, token))),
    ...apis.map((api) => inTime(api, probeApi(api, topic, token))),
  ]);
}

async function probeEdge(edge: string, topic: string, token: string): Promise<void> {
  try {
    await using _socket = await DasfSocket.connect(edge, topic, { token });
  } catch (error) {
    if (!(error instanceof UpgradeRefused)) throw error;
    throw refused(edge, 'a websocket upgrade', error.status, error.body);
  }
}

async function probeApi(api: string, topic: string, token: string): Promise<void> {
  const headers = { accept: 'application/json', authorization: `Bearer ${token}` };
  const answer = await fetch(new URL(`${topic}/status/`, api), { headers, redirect: 'manual' });
  const body = await answer.text();
  // There is no such topic: only an api that took the token says so, and in this way.
  if (answer.status === 404 && body.includes('TOPIC_UNKNOWN')) return;
  throw refused(api, 'a status request', answer.status, body);
}

function refused(address: string, what: string, status: number, body: string): CannotStart {
  if (status === 401) return new CannotStart(`The broker at ${address} does not take this secret.`);
  return new CannotStart(`${address} answers ${what} with ${status}: ${body.trim().slice(0, 200)}`);
}

async function inTime(address: string, probing: Promise<void>): Promise<void> {
  const decided = new AbortController();
  const tooLate = setTimeout(PATIENCE_MS, undefined, { signal: decided.signal }).then(() => {
    throw new CannotStart(`${address} does not answer within ${PATIENCE_MS / 1000} s.`);
  });
  try {
    await Promise.race([probing, tooLate]);
  } catch (error) {
    if (error instanceof CannotStart) throw error;
    const { code, message } = faultOf(error);
    if (NOBODY.includes(code)) throw new CannotStart(`Nothing listens at ${address} (${code}).`);
    throw new CannotStart(`${address} cannot be used: ${message}`);
  } finally {
    decided.abort();
    tooLate.catch(() => {});
  }
}

/** `fetch` hides what happened in the cause of its error. */
function faultOf(error: unknown): { code: string; message: string } {
  const { cause } = error as Error;
  const { code = '', message } = (cause instanceof Error ? cause : error) as NodeJS.ErrnoException;
  return { code, message };
}
