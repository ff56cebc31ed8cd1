import { describe, expect, it } from 'vitest';
import { createLogger, flatLines } from './logger.ts';
import { SECRET_KEYS } from './redaction.ts';

function recorded(level = 'info') {
  const lines: string[] = [];
  const logger = createLogger({ name: 'edge', level }, { write: (line: string) => void lines.push(line) });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

describe('logging', () => {
  it('writes one JSON object a line, with name, level and ISO time', () => {
    const { logger, lines, last } = recorded();
    logger.info({ topic: 'weather' }, 'joined\n{"level":"fatal"}');
    logger.debug('left out');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
    expect(last()).toMatchObject({ name: 'edge', level: 30, topic: 'weather' });
    expect(last()['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it.each(SECRET_KEYS.map((key) => [key]))('never writes %s', (key) => {
    const { logger, lines } = recorded();
    logger.info({ [key]: 'hunter2', headers: { [key]: 'hunter2' }, req2: { headers: { [key]: 'hunter2' } } });
    logger.child({ [key]: 'hunter2' }).info('again');
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines[0]).toContain('***');
  });

  it.each(SECRET_KEYS.map((key) => [key]))('never writes %s in flat lines', (key) => {
    const { logger, lines, last } = recorded();
    const flat = flatLines(logger);
    flat.info({ [key]: 'hunter2', user: 'ada' });
    flat.child({ [key]: 'hunter2' }).info('again');
    expect(lines.join('')).not.toContain('hunter2');
    expect([lines.length, lines[0]]).toEqual([2, expect.stringContaining('"user":"ada"')]);
    expect(last()).toMatchObject({ name: 'edge', [key]: '***' });
  });

  it('writes requests without headers, and without the token in a query', () => {
    const { logger, lines, last } = recorded();
    logger.info({
      req: { method: 'GET', url: '/ws/weather?a=1&token=hunter2&b=2', headers: { authorization: 'hunter2' } },
    });
    expect(last()['req']).toEqual({ method: 'GET', url: '/ws/weather?a=1&token=***&b=2' });
    expect(lines.join('')).not.toContain('hunter2');
  });

  it.each([
    '?ticket=hunter2',
    '?%74oken=hunter2',
    '??token=hunter2',
    '?x=1?token=hunter2',
    '?x?token=hunter2',
    '?token=a?hunter2',
    '?x&TOKEN=hunter2&token=hunter2',
    '?x=%&t%69cket=hunter2#',
    '/&/?token=hunter2',
    '/&a=/?token=hunter2',
    '?token=1#hunter2',
  ])('T3: writes %s without its secret', (query) => {
    const { logger, lines } = recorded();
    logger.info({ req: { method: 'GET', url: `/ws/weather${query}` } });
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines.join('')).toContain('=***');
  });

  it('writes what else stands in a query as it is', () => {
    const { logger, last } = recorded();
    logger.info({ req: { method: 'GET', url: '/ws/weather?tokens=1&x=token&%' } });
    expect(last()['req']).toEqual({ method: 'GET', url: '/ws/weather?tokens=1&x=token&%' });
  });
});
