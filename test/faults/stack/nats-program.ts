import { join } from 'node:path';
import {
  buildWithGo,
  cacheFolder,
  findNatsServer,
  isAtLeast,
  type NatsServerBinary,
  usableNatsServer,
} from '@dasf-broker/deploy';

/** The one that `npm start` takes, or one of before. */
export type NatsRelease = 'present' | 'older';

/** The oldest that is fit for durability. */
const OLDER_RELEASE = '2.12.12';

/** Which nats-server the log's servers run from their next start on. */
export class NatsProgram {
  readonly #binaries: Readonly<Record<NatsRelease, NatsServerBinary>>;
  readonly #used: NatsRelease[];

  private constructor(binaries: Readonly<Record<NatsRelease, NatsServerBinary>>, first: NatsRelease) {
    this.#binaries = binaries;
    this.#used = [first];
  }

  /** @param needed begins with what is run first */
  static async find(needed: readonly [NatsRelease, ...NatsRelease[]]): Promise<NatsProgram> {
    const present = await findNatsServer(process.env, () => {});
    const older = needed.includes('older') ? await findOlderNatsServer() : present;
    if (!older) throw new Error('there is no older nats-server');
    if (needed.includes('older') && isAtLeast(older.version, present.version))
      throw new Error(
        `${older.path} is ${older.version.join('.')}, and not older than ${present.version.join('.')}`,
      );
    return new NatsProgram({ present, older }, needed[0]);
  }

  get path(): string {
    return this.#binaries[this.#used.at(-1) ?? 'present'].path;
  }

  /** All that were used, one after the other. */
  get versions(): string {
    return this.#used.map((release) => this.versionOf(release)).join(', then ');
  }

  versionOf(release: NatsRelease): string {
    return this.#binaries[release].version.join('.');
  }

  use(release: NatsRelease): void {
    if (release !== this.#used.at(-1)) this.#used.push(release);
  }
}

/** `OLDER_NATS_SERVER_BIN`, else one that is built where the machine has Go, and kept in the user's cache folder. */
export async function findOlderNatsServer(): Promise<NatsServerBinary | undefined> {
  const named = process.env['OLDER_NATS_SERVER_BIN'];
  if (named) {
    const usable = await usableNatsServer(named, 'named by OLDER_NATS_SERVER_BIN');
    if (!usable)
      throw new Error(`OLDER_NATS_SERVER_BIN names ${named}, which is no nats-server that can be used`);
    return usable;
  }
  const folder = join(cacheFolder(), `nats-server-${OLDER_RELEASE}`);
  const kept = await usableNatsServer(join(folder, 'nats-server'), `kept in ${folder}`);
  if (kept) return kept;
  const built = await buildWithGo(folder, console.log, undefined, OLDER_RELEASE);
  return built ? usableNatsServer(built, `built, kept in ${folder}`) : undefined;
}
