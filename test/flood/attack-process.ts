import { Attack, type AttackOptions } from './attack.ts';

const attack = new Attack(JSON.parse(process.argv[2] ?? '{}') as AttackOptions);
process.once('message', () => {
  attack.stop();
  process.send?.(attack.counts, () => process.disconnect());
});
process.once('disconnect', () => process.exit());
