/**
 * Imported by each process of a stack whose time is looked into: a service takes a profile of all that it does and
 * leaves it in PROFILE_FOLDER when it ends.
 */
import { writeFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector';
import { join } from 'node:path';

const SAMPLED_EVERY_US = 500;

const [, service] = /services\/(edge|store|api)\/src\/main\.ts$/.exec(process.argv[1] ?? '') ?? [];
const folder = process.env['PROFILE_FOLDER'];
if (service !== undefined && folder !== undefined) profile(join(folder, `${service}.cpuprofile`));

function profile(path: string): void {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: SAMPLED_EVERY_US });
  session.post('Profiler.start');
  process.once('exit', () => {
    session.post('Profiler.stop', (error: Error | null, { profile }: { profile: Profiler.Profile }) => {
      if (!error) writeFileSync(path, JSON.stringify(profile));
    });
  });
}
