import { once } from 'node:events';
import { mkdtempDisposableSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { engineAnswers } from './containers.ts';

describe('engineAnswers', () => {
  it('is false where the socket is missing', async () => {
    expect(await engineAnswers({ DOCKER_HOST: 'unix:///nowhere/docker.sock' })).toBe(false);
  });

  it('is true where an engine answers', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'dasf-docker-'));
    const socket = join(folder.path, 'docker.sock');
    await using server = createServer((request, response) => {
      response.statusCode = request.url === '/_ping' ? 200 : 404;
      response.end();
    }).listen(socket);
    await once(server, 'listening');

    expect(await engineAnswers({ DOCKER_HOST: `unix://${socket}` })).toBe(true);
  });
});
