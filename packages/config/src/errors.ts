/** One thing that is wrong with the environment. */
export interface ConfigFault {
  /** The variable, such as `DASF_LOG_PARTITIONS`. */
  readonly name: string;
  /** What is wrong, with the value where it is no secret. */
  readonly problem: string;
  /** What the variable takes. */
  readonly takes: string;
}

/** The service cannot start with this environment. Lists every fault, so that one look is enough. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    super(faults.map(({ name, problem, takes }) => `${name} ${problem}; it takes ${takes}.`).join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** `EX_CONFIG` of sysexits.h: what a service exits with on a `ConfigError`. */
export const EXIT_CONFIG = 78;

/** `EX_NOPERM` of sysexits.h: what a service exits with where a server does not give it its rights. */
export const EXIT_NOT_PERMITTED = 77;
