import { randomNamespace } from '@dasf-broker/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { expect, inject, it } from 'vitest';

it('gives a log that stores frames of the greatest size', async () => {
  const connection = await connect({ servers: inject('natsUrl') });
  try {
    const name = randomNamespace();
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name, subjects: [`${name}.>`], allow_atomic: true });
    const stored = await jetstream(connection).publish(`${name}.large`, new Uint8Array(8_000_000));
    expect(stored.seq).toBe(1);
    await manager.streams.delete(name);
  } finally {
    await connection.close();
  }
});
