import { expect, it } from 'vitest';
import { DasfSocket, LocalStack } from '../harness/index.ts';

const COUNT = 1000;

it.each([
  ['stopped', (stack: LocalStack) => stack.stop()],
  ['killed', (stack: LocalStack) => stack.kill()],
])(
  'what was answered ok is delivered once and in order after the stack was %s',
  async (_how, end) => {
    await using stack = await LocalStack.start();
    const token = await stack.token('alice', ['add_brokertopic']);
    {
      await using producer = await DasfSocket.connect(stack.edge, 'restart', { token });
      for (let index = 0; index < COUNT; index += 1) producer.send({ payload: String(index) });
      for (let index = 0; index < COUNT; index += 1) expect((await producer.next()).result).toBe('ok');
    }

    await end(stack);
    await stack.start();

    {
      await using consumer = await DasfSocket.connect(stack.edge, 'restart/first', { token });
      const messages = await consumer.messages(COUNT, 20_000);
      expect(messages.map((frame) => Number(frame.payload))).toEqual(
        Array.from({ length: COUNT }, (_, i) => i),
      );
      for (const message of messages) consumer.acknowledge(message);
      await consumer.silence();
    }

    await end(stack);
    await stack.start();

    await using again = await DasfSocket.connect(stack.edge, 'restart/second', { token });
    await again.silence(1000);
  },
  120_000,
);
