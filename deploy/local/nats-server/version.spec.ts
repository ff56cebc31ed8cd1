import { describe, expect, it } from 'vitest';
import { isAtLeast, parseVersion, type Version } from './version.ts';

describe('nats-server versions', () => {
  it.each([
    ['nats-server: v2.15.1', [2, 15, 1]],
    ['nats-server: v2.12.0-RC.1', [2, 12, 0]],
    ['nats-server: 2.9.10', [2, 9, 10]],
    ['something else 1.2.3', undefined],
  ])('reads %s', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });

  it.each<[Version, Version, boolean]>([
    [[2, 12, 12], [2, 12, 12], true],
    [[2, 12, 9], [2, 12, 12], false],
    [[2, 15, 1], [2, 12, 12], true],
    [[3, 0, 0], [2, 12, 12], true],
    [[2, 9, 10], [2, 12, 0], false],
  ])('%j is at least %j: %s', (version, least, expected) => {
    expect(isAtLeast(version, least)).toBe(expected);
  });
});
