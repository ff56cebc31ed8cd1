import { ConfigError, type ConfigFault } from './errors.ts';
import type { Setting, Specs } from './setting.ts';

/** A setting as operators are told of it. */
export interface SettingDescription {
  readonly name: string;
  readonly about: string;
  readonly takes: string;
  /** What holds where it is not set, as it would be written; `null`: nothing. */
  readonly preset: string | null;
  readonly required: boolean;
  readonly secret: boolean;
  /** `<name>_FILE` may name a file that holds it. */
  readonly fromFile: boolean;
}

/** What a service reads of its environment, and what is wrong with that. */
export interface SettingsReport {
  readonly settings: readonly SettingDescription[];
  readonly faults: readonly ConfigFault[];
}

export function describeSettings(specs: Specs): SettingDescription[] {
  return Object.entries(specs).map(([name, setting]) => ({
    name,
    about: setting.about ?? '',
    takes: setting.takes,
    preset: presetOf(setting),
    required: setting.fallback === undefined,
    secret: setting.secret === true,
    fromFile: setting.fromFile === true,
  }));
}

/** @param read reads the environment, as the service does when it starts */
export function reportSettings(specs: Specs, read: () => unknown): SettingsReport {
  const settings = describeSettings(specs);
  try {
    read();
    return { settings, faults: [] };
  } catch (error) {
    if (error instanceof ConfigError) return { settings, faults: error.faults };
    throw error;
  }
}

function presetOf({ fallback, show = String }: Setting<unknown>): string | null {
  return fallback?.value === undefined ? null : show(fallback.value);
}
