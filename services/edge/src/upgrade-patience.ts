import { AccessError } from '@dasf-broker/access';

/** URL-6: an upgrade is answered within 2 s, also when NATS or a token's issuer is away. */
const UPGRADE_PATIENCE_MS = 1800;

/** How long there is time for what has to be known before an upgrade is answered. */
export class UpgradePatience {
  readonly #until = performance.now() + UPGRADE_PATIENCE_MS;

  /**
   * Who is speaking.
   *
   * @throws {AccessError} `TOKENS_UNREACHABLE` where nobody says so in time
   */
  async orRefuse<T extends object>(work: Promise<T>): Promise<T> {
    const result = await this.#race(work);
    if (result) return result;
    throw new AccessError('TOKENS_UNREACHABLE', 'Who you are could not be found out in time; try again.');
  }

  /** What is not ready by then is made up for later, and so is what failed. */
  async orGoOn(ready: Promise<void>): Promise<void> {
    await this.#race(ready.catch(() => {}));
  }

  async #race<T>(work: Promise<T>): Promise<T | undefined> {
    work.catch(() => {});
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), Math.max(this.#until - performance.now(), 0));
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
