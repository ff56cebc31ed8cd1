import { createRequire } from 'node:module';
import { arch, platform } from 'node:process';
import { expect, it } from 'vitest';

/** What `bufferutil` comes built for; elsewhere ws unmasks in JavaScript, which holds up all others for longer. */
const BUILT_FOR = ['linux-x64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-ia32'];

it.skipIf(!BUILT_FOR.includes(`${platform}-${arch}`))('ws finds what unmasks large frames in no time', () => {
  const require = createRequire(createRequire(import.meta.url).resolve('ws'));
  expect(String(require('bufferutil').unmask)).toContain('[native code]');
});
