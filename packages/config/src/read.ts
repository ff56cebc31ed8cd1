import { customCleanEnv, EnvMissingError, makeExactValidator } from 'envalid';
import { ConfigError, type ConfigFault } from './errors.ts';
import { takeSecretFiles } from './secret-files.ts';
import type { Setting, Specs, Values } from './setting.ts';

/** Variables by name; an empty one counts as not set, since that is all a compose file can say. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads all settings, or says everything that is wrong with them.
 *
 * @throws {ConfigError} with one fault for each variable that is missing or that has a value it does not take.
 */
export function readSettings<S extends Specs>(specs: S, env: Environment = process.env): Values<S> {
  const { environment, faults } = takeSecretFiles(specs, env);
  const validators = Object.fromEntries(
    Object.entries(specs).map(([name, setting]) => [name, validator(setting)]),
  );
  const found: ConfigFault[] = [];
  const values = customCleanEnv(environment, validators, (cleaned) => cleaned, {
    reporter: ({ errors }) => {
      for (const [name, error] of Object.entries(errors)) {
        // A secret whose file cannot be read has its fault already.
        if (faults.every((fault) => fault.name !== `${name}_FILE`))
          found.push(faultOf(name, error, specs, environment));
      }
    },
  });
  if (faults.length + found.length > 0) throw new ConfigError([...faults, ...found]);
  return values as Values<S>;
}

function validator({ parse, fallback }: Setting<unknown>) {
  const make = makeExactValidator<unknown>((value) => parse(value));
  // The library's type asks for a definite default or none; `undefined` is a default like any other to it.
  return fallback ? make({ default: fallback.value as undefined }) : make();
}

function faultOf(name: string, error: unknown, specs: Specs, env: Environment): ConfigFault {
  const setting = specs[name];
  const takes = setting?.takes ?? 'text';
  const hint = setting?.fromFile ? `${takes}, here or in a file that ${name}_FILE names` : takes;
  if (error instanceof EnvMissingError) return { name, problem: 'is not set', takes: hint };
  const why = setting?.tellsWhy && error instanceof Error ? ` (${error.message})` : '';
  const value = setting?.secret ? 'has a value (not shown) that does not fit' : `is ${shown(env[name])}`;
  return { name, problem: value + why, takes: hint };
}

/** A value as it is shown to an operator: on one line, and without the password that a URL may hold. */
function shown(value = ''): string {
  return JSON.stringify(value.replace(/\/\/[^/]*@/, '//***@'));
}
