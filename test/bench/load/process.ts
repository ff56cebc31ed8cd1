/** The load generator: a process of its own, told by the one that started it what to do, one thing at a time. */
import { type Order, tasks } from './tasks.ts';

const end = () => process.exit();
process.on('disconnect', end);
process.on('uncaughtException', (error) => process.send?.({ failed: error.stack }));
process.on('message', async (order: Order) => {
  const cpu = process.cpuUsage();
  try {
    const done = await tasks[order.task](order.options as never);
    const { user, system } = process.cpuUsage(cpu);
    process.send?.({ done, cpuMicroseconds: user + system });
  } catch (error) {
    process.send?.({ failed: error instanceof Error ? error.stack : String(error) });
  }
});
