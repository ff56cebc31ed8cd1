/** The rehearsal with the whole contract suite, which takes minutes: `npm run test:rehearsal`. */
import { startVitest } from 'vitest/node';

process.env['DASF_TEST_WHOLE_REHEARSAL'] = 'yes';
const options = { config: 'test/vitest.config.ts', watch: false };
const vitest = await startVitest('test', ['test/rehearsal/rehearsal.spec.ts'], options);
await vitest.exit();
