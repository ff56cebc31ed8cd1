import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { postgresPlan, runTool } from '@dasf-broker/deploy';
import { freePort } from '@dasf-broker/ports';

/** A new PostgreSQL in place of its image, which has run the script that the image runs on a new volume. */
export class Postgres implements AsyncDisposable {
  readonly port: number;
  readonly #stop: () => Promise<void>;

  private constructor(port: number, stop: () => Promise<void>) {
    this.port = port;
    this.#stop = stop;
  }

  /** @param environment that of the service: the passwords of the roles */
  static async start(folder: string, script: string, environment: NodeJS.ProcessEnv): Promise<Postgres> {
    await mkdir(folder);
    const port = await freePort();
    const plan = await postgresPlan({
      folder: join(folder, 'postgres'),
      port,
      database: environment['POSTGRES_DB'] ?? '',
    });
    const child = plan.launch();
    child.stdout?.resume();
    child.stderr?.resume();
    const postgres = new Postgres(port, async () => {
      const over = once(child, 'exit');
      child.kill('SIGINT');
      await over;
    });
    try {
      const url = new URL((await plan.untilReady(child, AbortSignal.timeout(120_000))) ?? '');
      const superuser = {
        PATH: process.env['PATH'],
        PGHOST: url.hostname,
        PGPORT: url.port,
        PGPASSWORD: url.password,
        POSTGRES_USER: url.username,
      };
      const { code, stderr } = await runTool('bash', [script], { env: { ...environment, ...superuser } });
      if (code !== 0) throw new Error(`${script} ended with ${code}:\n${stderr}`);
      return postgres;
    } catch (error) {
      await postgres[Symbol.asyncDispose]();
      throw error;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stop();
  }
}
