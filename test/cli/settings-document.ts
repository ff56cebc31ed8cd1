import type { SettingDescription } from '@dasf-broker/config';

interface Reader {
  readonly service: string;
  readonly settings: readonly SettingDescription[];
}

const INTRODUCTION = `# Settings

All settings are variables of the environment. An empty one counts as not set. A service that finds a fault says all of
them and ends with exit code 78.

\`\`\`sh
npm run -s dasf -- config env     # all of this as an environment file
npm run -s dasf -- config check   # what is wrong with the environment as it is
\`\`\`

Both take \`--service edge\`, \`store\` or \`api\`, and \`--json\`. \`check\` also finds variables that begin with \`DASF_\` and that
nobody reads, as does \`npm start\`. That one sets \`DASF_DATABASE_URL\` by itself; while it runs, \`check\` takes it from
there.

Where a setting is marked *file*, \`<name>_FILE\` may name a file that holds the value; *secret* ones are never shown.

Sizes are such as \`65536\`, \`512KiB\` or \`16 MiB\`, durations such as \`500ms\`, \`2s\`, \`10min\`, \`24h\` or \`7d\`.

<!-- Written by the tests: npm test -- test/cli/config.spec.ts -u -->
`;

/** docs/settings.md: what several services read stands first, once. */
export function settingsDocument(readers: readonly Reader[]): string {
  const readBy = new Map<string, string[]>();
  for (const { service, settings } of readers)
    for (const { name } of settings) readBy.set(name, [...(readBy.get(name) ?? []), service]);
  const groups = new Map<string, Map<string, SettingDescription>>();
  for (const setting of readers.flatMap(({ settings }) => settings)) {
    const title = readBy.get(setting.name)?.join(', ') ?? '';
    groups.set(title, (groups.get(title) ?? new Map()).set(setting.name, setting));
  }
  const sections = [...groups].map(
    ([title, settings]) => `## ${title}\n\n${tableOf([...settings.values()])}`,
  );
  return `${INTRODUCTION}\n${sections.join('\n')}`;
}

function tableOf(settings: readonly SettingDescription[]): string {
  const rows = settings.map(
    (one) => `| \`${one.name}\` | ${presetOf(one)} | ${one.about} Takes ${takesOf(one)}. |\n`,
  );
  return `| setting | preset | meaning |\n| --- | --- | --- |\n${rows.join('')}`;
}

function presetOf({ preset, required }: SettingDescription): string {
  if (required) return '**required**';
  return preset ? `\`${preset}\`` : 'none';
}

function takesOf({ takes, secret, fromFile }: SettingDescription): string {
  const marks = [secret ? 'secret' : '', fromFile ? 'file' : ''].filter((mark) => mark !== '');
  return `${takes.replaceAll('|', '\\|')}${marks.length > 0 ? ` (*${marks.join(', ')}*)` : ''}`;
}
