import { refusalIn } from '@dasf-broker/nats';
import { unreachable } from './errors.ts';

const PATIENCE_MS = 4000;
const RETRY_PAUSE_MS = 50;

/** How long what failed is tried again: NATS may be back at once. */
export class Patience {
  readonly #until = performance.now() + PATIENCE_MS;

  /**
   * Resolves after a pause.
   *
   * @throws {RegistryError} `REGISTRY_UNREACHABLE` once it has run out; at once for what NATS refuses
   */
  async orThrow(error: unknown): Promise<undefined> {
    if (refusalIn(error) || performance.now() >= this.#until) throw unreachable(error);
    await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
    return undefined;
  }
}
