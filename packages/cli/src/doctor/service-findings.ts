import manifest from '../../package.json' with { type: 'json' };
import { ApiClient } from '../api-client.ts';
import { type ConnectionList, ConnectionsClient } from '../connections-client.ts';
import { CliFault } from '../fault.ts';
import type { Stack } from '../stack.ts';
import type { Finding } from './finding.ts';

const PATIENCE_MS = 5000;
/** A `Date` header has whole seconds. */
const CLOCK_LEEWAY_MS = 2000;

/** What there is to say of the API, of the token that is used there, and of the edges that it hears. */
export async function apiFindings(stack: Stack): Promise<Finding[]> {
  const asked = Date.now();
  let response: Response;
  try {
    response = await fetch(new URL('/openapi.json', stack.api), { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    const says = `nothing answers at ${stack.api.origin} (${reasonOf(error)})`;
    return [{ name: 'api', state: 'failed', says, todo: 'Start an api, or say where it is with --api.' }];
  }
  const document = (await response.json().catch(() => ({}))) as { info?: { version?: string } };
  const version = document.info?.version;
  if (version === undefined) {
    const todo = 'Say where the API is with --api, as in http://127.0.0.1:8081/.';
    return [
      { name: 'api', state: 'failed', says: `what answers at ${stack.api.origin} is no DASF broker`, todo },
    ];
  }
  return [versionFinding(version), clockOf(response, asked), ...(await edgesHeard(stack))];
}

function versionFinding(version: string): Finding {
  if (version === manifest.version) return { name: 'api', state: 'ok', says: `reached, version ${version}` };
  const says = `version ${version}, but this command is ${manifest.version}`;
  return { name: 'api', state: 'warning', says, todo: 'Use the command of the version that is running.' };
}

function clockOf({ headers }: Response, asked: number): Finding {
  const theirs = Date.parse(headers.get('date') ?? '');
  const ahead = theirs > Date.now() ? theirs - Date.now() : Math.min(0, theirs - asked);
  const name = 'api clock';
  if (Math.abs(ahead) <= CLOCK_LEEWAY_MS) return { name, state: 'ok', says: 'its clock is this one' };
  const says = `its clock is ${Math.round(Math.abs(ahead) / 1000)} s off this one`;
  return { name, state: 'warning', says, todo: 'Have NTP set the clocks of all machines.' };
}

/** By a question that needs the token. */
async function edgesHeard(stack: Stack): Promise<Finding[]> {
  let list: ConnectionList;
  try {
    list = await new ConnectionsClient(new ApiClient(stack)).list({ user: 'nobody in particular' });
  } catch (error) {
    if (!(error instanceof CliFault)) throw error;
    const todo = 'Make a token with "dasf token --permission administer", or see what the api logs.';
    return [{ name: 'token', state: 'failed', says: error.message, todo }];
  }
  const token: Finding = { name: 'token', state: 'ok', says: 'it may administer' };
  if (list.silent.length === 0) return [token];
  const says = `they live, but do not answer the api: ${list.silent.join(', ')}`;
  return [
    token,
    { name: 'edges', state: 'warning', says, todo: 'See what they log; they may be overloaded.' },
  ];
}

/** @param address `ws://` or `wss://` */
export async function edgeFinding(address: string | undefined): Promise<Finding> {
  const name = 'edge';
  if (address === undefined) {
    const todo = 'Say where clients connect: --edge wss://broker.example.org/ws/.';
    return { name, state: 'warning', says: 'not looked at', todo };
  }
  const todo = 'Start an edge, or have the proxy pass what it gets at this address.';
  try {
    const url = new URL(address.replace(/^ws/, 'http'));
    const { status } = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    // To whom does not speak websocket.
    if (status === 426) return { name, state: 'ok', says: `reached at ${address}` };
    return { name, state: 'failed', says: `what answers at ${address} is no edge (${status})`, todo };
  } catch (error) {
    return { name, state: 'failed', says: `nothing answers at ${address} (${reasonOf(error)})`, todo };
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message;
}
