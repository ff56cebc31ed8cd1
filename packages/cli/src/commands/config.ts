import { describeSettings, type SettingDescription, unknownSettings } from '@dasf-broker/config';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Context, dataDir } from '../context.ts';
import { type ServiceSettings, serviceSettings } from '../service-settings.ts';
import { localDatabase } from '../store-environment.ts';
import { OWN_VARIABLES, toolSpecs } from '../tool-settings.ts';
import { collected } from './collected.ts';

interface ConfigOptions {
  readonly service?: readonly string[];
  readonly json?: boolean;
}

/** A setting, and who reads it. */
interface ReadSetting extends SettingDescription {
  readonly services: readonly string[];
}

/** One thing that is wrong, and for whom. */
interface Finding {
  readonly name: string;
  readonly services: readonly string[];
  readonly message: string;
}

const LOCAL = 'local stack, dasf';

/**
 * `dasf config`: what the broker reads of its environment, and what is wrong with it.
 *
 * @param end takes the exit code
 */
export function addConfigCommands(program: Command, context: Context, end: (code: number) => void): void {
  const names = Object.keys(context.settingsScripts);
  const config = program.command('config').description('explain and check the settings of the environment');
  const add = (name: string, description: string) =>
    config
      .command(name)
      .description(description)
      .addOption(
        new Option('--service <name>', 'of this service (repeatable); else of all')
          .choices(names)
          .argParser((name: string, previous?: readonly string[]) => collected(known(name, names), previous)),
      )
      .option('--json', 'as JSON');

  add('env', 'print every setting with its default, as an environment file').action(
    async ({ service, json }: ConfigOptions) => {
      const settings = merged(chosen(await serviceSettings(context), service), service === undefined);
      context.out(json ? JSON.stringify(settings, null, 2) : settings.map(asLines).join('\n\n'));
    },
  );

  add('check', 'find what is wrong with the environment; exits with 1 where something is').action(
    async ({ service, json }: ConfigOptions) => {
      const local = localDatabase(context);
      const all = await serviceSettings({ ...context, env: { ...context.env, ...local } });
      const services = chosen(all, service);
      const findings = [...faultsOf(services), ...unknownIn(context, all)];
      const names = services.map((one) => one.service).join(', ');
      const lines = findings.map((finding) => `${finding.services.join(', ')}: ${finding.message}`);
      if (json) context.out(JSON.stringify(findings, null, 2));
      else if (findings.length === 0) {
        const from = local ? ` with the database of the local stack in ${dataDir(context)}` : '';
        context.out(`The settings of ${names} are good${from}.`);
      } else for (const line of lines) context.err(line);
      end(findings.length === 0 ? 0 : 1);
    },
  );
}

/** A parser of one's own takes the place of the one that holds an option to its choices. */
function known(name: string, names: readonly string[]): string {
  if (names.includes(name)) return name;
  throw new InvalidArgumentError(`Allowed choices are ${names.join(', ')}.`);
}

function chosen(all: readonly ServiceSettings[], names: readonly string[] | undefined) {
  return names === undefined ? all : all.filter(({ service }) => names.includes(service));
}

function merged(services: readonly ServiceSettings[], withTools: boolean): ReadSetting[] {
  const found = new Map<string, ReadSetting>();
  const tools = { service: LOCAL, settings: describeSettings(toolSpecs) };
  for (const { service, settings } of withTools ? [...services, tools] : services) {
    for (const setting of settings) {
      const readers = found.get(setting.name)?.services ?? [];
      found.set(setting.name, { ...setting, services: [...readers, service] });
    }
  }
  return [...found.values()];
}

/** What is not set is a comment, so that the whole is a file that changes nothing. */
function asLines({ name, about, takes, preset, required, fromFile, services }: ReadSetting): string {
  const file = fromFile ? ` ${name}_FILE may name a file that holds it.` : '';
  return [
    `# ${about}`,
    `# ${services.join(', ')}: takes ${takes}.${file}`,
    required ? `${name}=` : `#${name}=${preset ?? ''}`,
  ].join('\n');
}

function faultsOf(services: readonly ServiceSettings[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const { service, faults } of services) {
    for (const { name, problem, takes } of faults) {
      const message = `${name} ${problem}; it takes ${takes}.`;
      found.set(message, { name, message, services: [...(found.get(message)?.services ?? []), service] });
    }
  }
  return [...found.values()];
}

/** What no service reads: most often a slip of the finger. */
function unknownIn({ env }: Context, all: readonly ServiceSettings[]): Finding[] {
  const known = Object.fromEntries(merged(all, true).map((setting) => [setting.name, setting]));
  return unknownSettings(known, env)
    .filter(({ name }) => !OWN_VARIABLES.includes(name))
    .map(({ name, nearest }) => ({
      name,
      services: ['all'],
      message: `${name} is read by nobody${nearest === null ? '.' : `: is ${nearest} meant?`}`,
    }));
}
