import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's; playwright's own would have to be downloaded. */
const EXECUTABLE = process.env['DASF_TEST_CHROMIUM'] || '/usr/bin/chromium';

/** Whether tests have to be skipped because there is no browser; says so. */
export function withoutBrowser(): boolean {
  const isMissing = !existsSync(EXECUTABLE);
  if (isMissing) {
    console.log(
      `Skipped: tests in a browser need ${EXECUTABLE} (apt-get install chromium), or DASF_TEST_CHROMIUM.`,
    );
  }
  return isMissing;
}

export function launchBrowser(): Promise<Browser> {
  // Chromium has no sandbox for root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: EXECUTABLE, args });
}
