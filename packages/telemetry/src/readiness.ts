import { setTimeout as pause } from 'node:timers/promises';

/** Something that a service needs, or that its operators want to know of. */
export interface Check {
  readonly name: string;
  /** Resolves where it is well; what it rejects with says why it is not. */
  readonly look: () => Promise<unknown>;
  /** Without it the service is ready all the same. */
  readonly optional?: boolean;
}

export interface Finding {
  readonly name: string;
  readonly optional: boolean;
  /** Why it is not well; `undefined` where it is. */
  readonly fault: string | undefined;
}

const PATIENCE_MS = 1000;

/** Whether a service can do its work now. One that is still starting, or already stopping, cannot. */
export class Readiness {
  #checks: readonly Check[] | undefined;
  #isDraining = false;

  /** The service has begun; this is what it depends on. */
  begin(checks: readonly Check[]): void {
    this.#checks = checks;
  }

  /** The service is stopping: no more work is to be given to it. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Looks at everything at once; what does not answer in time is not well. */
  async findings(): Promise<readonly Finding[]> {
    const own = this.#isDraining ? 'stopping' : this.#checks ? undefined : 'starting';
    const process = { name: 'process', optional: false, fault: own };
    return [process, ...(await Promise.all((this.#checks ?? []).map(found)))];
  }
}

export function isReady(findings: readonly Finding[]): boolean {
  return findings.every(({ fault, optional }) => fault === undefined || optional);
}

async function found({ name, look, optional = false }: Check): Promise<Finding> {
  const ended = new AbortController();
  const late = pause(PATIENCE_MS, 'does not answer', { signal: ended.signal, ref: false });
  const looked = Promise.resolve()
    .then(look)
    .then(() => undefined, reasonOf);
  const fault = await Promise.race([looked, late]);
  late.catch(() => {});
  ended.abort();
  return { name, optional, fault };
}

/** On one line; an address that stands in it may hold a password. */
function reasonOf(error: unknown): string {
  const { message = '', code } = error as { message?: string; code?: string };
  const [line = ''] = (message || code || 'failed').split('\n');
  return line.replace(/\/\/[^/\s]*@/g, '//***@');
}
