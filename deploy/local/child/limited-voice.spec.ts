import { expect, it } from 'vitest';
import { limitedVoice } from './limited-voice.ts';

it('lets a few lines through, points to the log once, and speaks again later', () => {
  let now = 0;
  const told: string[] = [];
  const tell = limitedVoice(
    (line) => told.push(line),
    'edge.log',
    () => now,
  );

  for (let line = 1; line <= 20; line++) tell(`line ${line}`);
  expect(told).toHaveLength(7);
  expect(told.at(-1)).toBe('… more in edge.log');

  now = 10_000;
  tell('again');
  expect(told.at(-1)).toBe('again');
});
