import { readFileSync } from 'node:fs';
import { describeSettings } from '@dasf-broker/config';
import { describe, expect, it } from 'vitest';
import { edgeSpecs } from '../config.ts';
import { LIMITS } from './limit-watch.ts';
import { limitSpecs } from './settings.ts';

const docs = new URL('../../../../docs/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, docs), 'utf8');

/** The cells of each row of the tables of docs/limits.md whose last columns have these titles. */
function rowsUnder(...titles: readonly string[]): string[][] {
  const tables = read('limits.md').split(/\n\n+/);
  const wanted = tables.filter((table) => cellsOf(table.split('\n')[0] ?? '').join() === titles.join());
  return wanted.flatMap((table) => table.trim().split('\n').slice(2).map(cellsOf));
}

const cellsOf = (line: string) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

const beyond = ['what happens beyond it', 'counted as'];
const rows = rowsUnder('setting', 'preset', ...beyond).map(
  ([setting = '', preset, outcome, counted = '']) => ({
    name: setting.split('`')[1] ?? '',
    preset,
    outcome,
    counted: counted.split(', '),
  }),
);
const settings = new Map(describeSettings(edgeSpecs).map((setting) => [setting.name, setting]));
/** Limits that were there before they had company. */
const others = ['DASF_MAX_FRAME_BYTES', 'DASF_CONSUMER_BUFFER_BYTES', 'DASF_FRAME_READ_BYTES'];

describe('docs/limits.md', () => {
  it('has each limit of an edge once', () => {
    expect(rows.map(({ name }) => name).toSorted()).toEqual(
      [...Object.keys(limitSpecs), ...others].toSorted(),
    );
  });

  it.each(rows)('says what holds unless $name is set, and what happens then', ({ name, preset, outcome }) => {
    expect(preset?.replace(' ', '')).toBe(settings.get(name)?.preset);
    expect(outcome).not.toBe('');
  });

  it('names what each is counted as, and has nothing else that is counted', () => {
    const withoutSetting = rowsUnder('counted as', 'what it is').map(([counted = '']) => counted);
    const ofStore = rowsUnder('setting of the store', 'preset', ...beyond).map(
      ([, , , counted = '']) => counted,
    );
    const named = [...rows.flatMap(({ counted }) => counted), ...ofStore, ...withoutSetting];
    expect([...new Set(named)].toSorted()).toEqual([...LIMITS].toSorted());
  });

  it('says what holds unless a setting of the store is set', () => {
    for (const [setting = '', preset = ''] of rowsUnder('setting of the store', 'preset', ...beyond))
      expect(read('settings.md')).toContain(`| ${setting.split(' ')[0]} | \`${preset.replace(' ', '')}\` |`);
  });

  it('names metrics of the api that are there', () => {
    const ofApi = rowsUnder('setting of the api', 'preset', ...beyond);
    expect(ofApi.length).toBeGreaterThan(0);
    for (const cells of ofApi) expect(read('metrics.md')).toContain(`\`${cells[3]?.match(/\w+/)?.[0]}\``);
  });
});
