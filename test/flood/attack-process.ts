import { constants, setPriority } from 'node:os';
import { Attack, type AttackOptions } from './attack.ts';

// An attacker elsewhere would take nothing of this machine's processors.
setPriority(constants.priority.PRIORITY_LOW);
const attack = new Attack(JSON.parse(process.argv[2] ?? '{}') as AttackOptions);
process.once('message', () => {
  attack.stop();
  process.send?.(attack.counts, () => process.disconnect());
});
process.once('disconnect', () => process.exit());
