import { Caller, Module, type ModuleFunction } from '@dasf-broker/client';
import { findRunningStack } from './running-stack.ts';

const TOPIC = 'demo';
const DAYS = ['Monday', 'Tuesday', 'Wednesday'];

/** What a scientist would offer: some work that takes its time and says how far it is. */
const forecast: ModuleFunction = async ({ place }, report) => {
  const degrees: Record<string, number> = {};
  for (const [index, day] of DAYS.entries()) {
    await new Promise((resolve) => setTimeout(resolve, 400));
    degrees[day] = 20 + index;
    await report(`computed ${day}`);
  }
  return { place, degrees };
};

try {
  const stack = findRunningStack(process.env);
  // The first request makes the topic: its user may then publish to it and consume it.
  const token = await stack.token('demo', ['add_brokertopic']);
  const access = { url: stack.edge, topic: TOPIC, token };

  await using module = new Module({ ...access, functions: { forecast } });
  await module.connected;
  console.log(`module    listens on topic "${TOPIC}" with the function forecast(place)`);

  await using caller = new Caller(access);
  const request = { place: 'Geesthacht' };
  console.log(`request   forecast(${JSON.stringify(request)})`);
  const answer = await caller.call('forecast', request, {
    timeout: 15_000,
    onProgress: (report) => console.log(`progress  ${(report as { step_message: string }).step_message}`),
  });
  console.log(`answer    ${JSON.stringify(answer)}`);
  console.log('Next: connect a Python module (docs/connect-python.md).');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
