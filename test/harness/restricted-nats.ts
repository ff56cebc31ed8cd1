import { connectNats } from '@dasf-broker/nats';
import { accountsConfig, type Installation, SERVICES, type Service } from '@dasf-broker/rights';
import { OwnNatsServer } from '@dasf-broker/testing';
import { type NatsConnection, nkeys } from '@nats-io/transport-node';

/** A NATS server of its own that lets each service do what it needs, and nothing else. */
export class RestrictedNats implements AsyncDisposable {
  readonly #server: OwnNatsServer;
  readonly #seeds: Readonly<Record<Service, string>>;

  private constructor(server: OwnNatsServer, seeds: Readonly<Record<Service, string>>) {
    this.#server = server;
    this.#seeds = seeds;
  }

  /** @param change what is wrong with the configuration, where a test is about that */
  static async start(
    installation: Installation,
    change = (config: string) => config,
  ): Promise<RestrictedNats> {
    const users = new Map(SERVICES.map((service) => [service, nkeys.createUser()]));
    const forEach = <T>(value: (keys: nkeys.KeyPair) => T) =>
      Object.fromEntries([...users].map(([service, keys]) => [service, value(keys)])) as Record<Service, T>;
    const logins = forEach((keys) => ({ nkey: keys.getPublicKey() }));
    const server = await OwnNatsServer.start(change(accountsConfig(installation, logins)));
    return new RestrictedNats(
      server,
      forEach((keys) => new TextDecoder().decode(keys.getSeed())),
    );
  }

  get url(): string {
    return this.#server.url;
  }

  /** What the server refused. */
  get errors(): readonly string[] {
    return this.#server.errors;
  }

  /** What a service's environment says of NATS. */
  environment(service: Service): Record<string, string> {
    return { DASF_NATS_URL: this.url, DASF_NATS_NKEY_SEED: this.#seeds[service] };
  }

  /** A connection with the rights of a service. */
  connect(service: Service): Promise<NatsConnection> {
    return connectNats({ url: this.url, nkeySeed: this.#seeds[service], client: service });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }
}
