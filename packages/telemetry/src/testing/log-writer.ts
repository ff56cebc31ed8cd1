/** A service that writes a line of so many bytes, as many as asked for, says that it still runs, and exits. */
import { createLogger } from '../logger.ts';

const [lines, bytes] = process.argv.slice(2).map(Number);
const logger = createLogger({ name: 'writer', level: 'info' });
for (let number = 1; number <= (lines ?? 1); number += 1)
  logger.info({ number, filling: 'x'.repeat(bytes ?? 0) });
setTimeout(() => process.send?.('runs', () => process.exit()), 100);
