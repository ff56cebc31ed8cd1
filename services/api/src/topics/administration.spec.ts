import { AppendError } from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import { createLogger } from '@dasf-broker/telemetry';
import { expect, it } from 'vitest';
import { createScene } from '../testing/scene.ts';
import { Administration } from './administration.ts';

it('lets a change stand that the log could not take: the registry has it', async () => {
  await using scene = await createScene();
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const administration = new Administration({
    registry: scene.registry,
    appender: { append: () => Promise.reject(new AppendError('LOG_UNREACHABLE', 'away')) },
    logger: createLogger({ name: 'api', level: 'warn' }, { write }),
    partitions: 2,
  });
  const slug = 'weather' as Slug;
  await administration.create({ name: slug }, 'olga');
  await administration.update(slug, { public: true });
  expect(await scene.registry.lead(slug)).toMatchObject({ public: true });
  await administration.remove(slug);
  expect(await scene.registry.lead(slug)).toBeUndefined();
  const said = lines.map((line) => JSON.parse(line).msg);
  expect(said).toEqual(Array(3).fill('a change of a topic is not in the log yet'));
});
