/** A service that writes as many lines of so many bytes as asked for, says that it still runs, and exits or crashes. */
import { createLogger } from '../logger.ts';

const [lines, bytes] = process.argv.slice(2, 4).map(Number);
const crashes = process.argv[4] === 'crash';
const logger = createLogger({ name: 'writer', level: 'info' });
for (let number = 1; number <= (lines ?? 1); number += 1)
  logger.info({ number, filling: 'x'.repeat(bytes ?? 0) });
if (crashes) throw new Error('as it should');
setTimeout(() => process.send?.('runs', () => process.exit()), 100);
