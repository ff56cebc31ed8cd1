import { randomNamespace } from '@dasf-broker/testing';
import { connect, errors, headers, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { Answers } from './answers.ts';

const LONG_MS = 30_000;
const nobodys = randomNamespace();
const echo = randomNamespace();
const silent = randomNamespace();
let nc: NatsConnection;

beforeAll(async () => {
  nc = await connect({ servers: inject('natsUrl'), inboxPrefix: '_INBOX_answers' });
  nc.subscribe(echo, { callback: (_error, message) => void message.respond(message.data) });
  nc.subscribe(silent, { callback: () => {} });
  await nc.flush();
});
afterAll(async () => void (await nc.close()));

const ask = (subject: string, text = '', timeout = LONG_MS) =>
  Answers.of(nc).ask(subject, Buffer.from(text), headers(), timeout);

it('gives each question its answer, however many are under way', async () => {
  const texts = Array.from({ length: 500 }, (_, index) => `question ${index}`);
  const answers = await Promise.all(texts.map((text) => ask(echo, text)));
  expect(answers.map((answer) => answer.string())).toEqual(texts);
  expect(answers[0]?.subject).toMatch(/^_INBOX_answers\./);
});

it('fails at once where nobody listens, and in time where nobody answers', async () => {
  await expect(ask(nobodys)).rejects.toBeInstanceOf(errors.NoRespondersError);
  await expect(ask(silent, '', 20)).rejects.toBeInstanceOf(errors.TimeoutError);
});

it('fails where the connection is closed, before or while it waits', async () => {
  const other = await connect({ servers: inject('natsUrl') });
  const answers = Answers.of(other);
  const waiting = answers.ask(silent, Buffer.from(''), headers(), LONG_MS);
  const failed = expect(waiting).rejects.toThrow('closed');
  await other.flush();
  await other.close();
  await failed;
  await expect(answers.ask(echo, Buffer.from(''), headers(), LONG_MS)).rejects.toThrow();
});
