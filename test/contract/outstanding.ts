import type { DasfSocket } from '../harness/index.ts';
import type { Scene } from './scene.ts';

/** How long nothing has to come before it counts as nothing; a store that is asked answers within a tenth. */
const SILENCE_MS = 250;

/** The payloads of what a user is sent on connecting, by a connection that acknowledges nothing. */
export async function outstanding(scene: Scene, topic: string, token: string): Promise<string[]> {
  await using consumer = await scene.connect(`${topic}/look`, { token });
  return await payloadsUntilSilence(consumer);
}

export async function payloadsUntilSilence(consumer: DasfSocket): Promise<string[]> {
  const payloads: string[] = [];
  for (;;) {
    const frame = await consumer.nextMessage(SILENCE_MS).catch(() => undefined);
    if (frame === undefined) return payloads;
    payloads.push(frame.payload);
  }
}
