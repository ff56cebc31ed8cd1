import { randomInt } from 'node:crypto';
import { runTool } from '@dasf-broker/deploy';

/** A machine of its own, as far as the network can tell: a namespace at a cable that can be pulled. */
export interface NetworkHost {
  readonly address: string;
  readonly namespace: string;
  /** Pulls the cable: what is sent either way is lost, and nobody is told. */
  unplug(): Promise<void>;
  plug(): Promise<void>;
}

/** Hosts at one bridge, which this machine is at, too. */
export class Network implements AsyncDisposable {
  readonly hosts: readonly NetworkHost[];
  readonly #bridge: string;

  private constructor(bridge: string, hosts: readonly NetworkHost[]) {
    this.#bridge = bridge;
    this.hosts = hosts;
  }

  static async create(count: number): Promise<Network> {
    // Another run may have a network at the same time.
    const number = randomInt(1, 65_000);
    const prefix = `10.${64 + (number >> 10)}.${(number >> 2) & 255}`;
    const bridge = `dasf${number}`;
    await ip('link', 'add', bridge, 'type', 'bridge');
    await ip('addr', 'add', `${prefix}.254/24`, 'dev', bridge);
    await ip('link', 'set', bridge, 'up');
    const hosts: NetworkHost[] = [];
    for (let index = 1; index <= count; index += 1) {
      hosts.push(await createHost(bridge, `${bridge}n${index}`, `${prefix}.${index}`));
    }
    return new Network(bridge, hosts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { namespace } of this.hosts) await ip('netns', 'del', namespace);
    await ip('link', 'del', this.#bridge);
  }
}

async function createHost(bridge: string, namespace: string, address: string): Promise<NetworkHost> {
  const cable = `${namespace}v`;
  await ip('netns', 'add', namespace);
  await ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
  await ip('link', 'set', cable, 'master', bridge);
  await ip('link', 'set', cable, 'up');
  await ip('-n', namespace, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
  await ip('-n', namespace, 'link', 'set', 'eth0', 'up');
  await ip('-n', namespace, 'link', 'set', 'lo', 'up');
  return {
    address,
    namespace,
    unplug: () => ip('link', 'set', cable, 'down'),
    plug: () => ip('link', 'set', cable, 'up'),
  };
}

async function ip(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await runTool('ip', args);
  if (code !== 0) throw new Error(`ip ${args.join(' ')} failed: ${stderr.trim()}`);
}
