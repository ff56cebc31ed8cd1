import type { Slug } from '@dasf-broker/protocol';
import { newTopic } from '@dasf-broker/registry';
import { expect, it } from 'vitest';
import { createScene } from '../testing/scene.ts';

it('the API counts requests by route and status, pings and statuses by what came of them', async () => {
  await using scene = await createScene({}, { internal: { host: '127.0.0.1', port: 0 }, pingWait: 100 });
  const { monitoring } = scene.api;
  const scraped = async (path: string) => (await fetch(new URL(path, monitoring.address))).text();
  await scene.registry.create(
    newTopic({ slug: 'weather' as Slug, partition: 0, creator: 'ada', public: true }),
  );
  const token = await scene.token('ada', 'can_view_status:*');
  await scene.ask('weather/status/', token);
  await scene.ask('weather/ping/', token);
  await scene.ask('elsewhere/status/', token);
  await scene.ask('/secret', token);
  const lines = (await scraped('/metrics')).split('\n');
  const requests = (route: string, status: number) =>
    `dasf_api_request_duration_seconds_count{method="GET",route="${route}",status="${status}"} 1`;
  expect(lines).toEqual(
    expect.arrayContaining([
      requests('/dasf-broker-django/:topic/status', 503),
      requests('/dasf-broker-django/:topic/status', 404),
      requests('/dasf-broker-django/:topic/ping', 302),
      requests('none', 404),
      'dasf_api_pings_total{result="silent"} 1',
      'dasf_api_statuses_total{availability="unknown"} 1',
      'dasf_registry_topics 1',
      'dasf_nats_up{connection="main"} 1',
    ]),
  );
  expect(lines.join('\n')).not.toMatch(/weather|elsewhere|secret|ada/);
  scene.signs.away = true;
  expect(await scraped('/readyz?verbose')).toBe(
    '[+] process: ok\n[+] nats: ok\n[-] database: the database is away\n[+] schema: ok\nok\n',
  );
});
