import { expect, it } from 'vitest';
import { API_FAULTS } from './faults.ts';
import { createScene } from './testing/scene.ts';

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly responses: Record<string, { content?: Record<string, { schema: Record<string, unknown> }> }>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
}

it('/openapi.json has every address, what it takes, and why not', async () => {
  await using scene = await createScene({ DASF_ALLOW_ANONYMOUS: 'false' });
  const answer = await scene.ask('/openapi.json');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('application/json'),
  ]);
  const { openapi, paths } = (await answer.json()) as Document;
  expect(openapi).toBe('3.1.0');
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
  );
  expect(operations.map(({ name }) => name).toSorted()).toEqual([
    'delete /api/v1/connections/{id}',
    'delete /api/v1/messages/{id}',
    'delete /api/v1/service-tokens/{id}',
    'delete /api/v1/topics/{name}',
    'get /api/v1/audit',
    'get /api/v1/connections',
    'get /api/v1/messages',
    'get /api/v1/messages/{id}',
    'get /api/v1/messages/{id}/frame',
    'get /api/v1/service-tokens',
    'get /api/v1/topics',
    'get /api/v1/topics/{name}',
    'get /dasf-broker-django/{topic}/ping',
    'get /dasf-broker-django/{topic}/status',
    'patch /api/v1/topics/{name}',
    'post /api/v1/messages/{id}/send-again',
    'post /api/v1/service-tokens',
    'post /api/v1/topics',
    'post /api/v1/topics/{name}/collect',
    'post /api/v1/topics/{name}/ping',
    'post /dasf-broker-django/tickets',
    'post /dasf-broker-django/{topic}/ping',
  ]);
  for (const { name, operation } of operations) {
    expect(operation.summary, name).toMatch(/^[A-Z]/);
    expect(operation.tags, name).toHaveLength(1);
    const problem = operation.responses['default']?.content?.['application/problem+json'];
    expect(problem?.schema, name).toMatchObject({
      properties: { code: { enum: Object.keys(API_FAULTS) } },
    });
  }
  expect(JSON.stringify(paths['/api/v1/topics'])).toContain('"availability"');
});

it('/documentation is a page to read it', async () => {
  await using scene = await createScene({ DASF_ALLOW_ANONYMOUS: 'false' });
  const page = await scene.ask('/documentation/');
  expect([page.status, page.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('text/html'),
  ]);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect((await scene.ask('/api/v1/topics')).status).toBe(401);
});
