/**
 * A service that writes as many lines of so many bytes as asked for and says that it still runs. Then it exits, if that is
 * its end, or goes on until it is told to; or it crashes at once.
 */
import { createLogger } from '../logger.ts';

const [lines, bytes] = process.argv.slice(2, 4).map(Number);
const end = process.argv[4];
const logger = createLogger({ name: 'writer', level: 'info' });
const write = (number: number) => logger.info({ number, filling: 'x'.repeat(bytes ?? 0) });
for (let number = 1; number < (lines ?? 1); number += 1) write(number);
if (end === 'crashes') {
  write(lines ?? 1);
  throw new Error('as it should');
}
process.once('message', exit);
setTimeout(() => process.send?.('runs', () => end === 'exits' && exit()), 100);

/** With a line that was not written yet. */
function exit(): void {
  write(lines ?? 1);
  if (end === 'exits') process.exit();
  // Whoever reads again needs some time for what waits.
  setTimeout(() => process.exit(), 1000);
}
