import { Herd, type HerdOptions } from './herd.ts';

const herd = new Herd(JSON.parse(process.argv[2] ?? '{}') as HerdOptions);
process.once('disconnect', () => process.exit());
process.send?.(await herd.comeIn());
process.once('message', () => {
  herd.leave();
  process.disconnect();
});
