import type { Installation, Service } from '@dasf-broker/rights';

/** What a service could try on NATS if somebody else had got hold of it. */
export interface Attempts {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

const STREAM_CHANGES = ['CREATE', 'UPDATE', 'DELETE', 'SNAPSHOT', 'RESTORE', 'MSG.DELETE', 'LEADER.STEPDOWN'];

/** By service: what the server must refuse. */
export function attempts({ namespace: ns }: Installation): Readonly<Record<Service, Attempts>> {
  const log = `${ns}-log-0`;
  const topics = `KV_${ns}-topics`;
  const changes = [log, topics].flatMap((stream) =>
    STREAM_CHANGES.map((request) => `$JS.API.STREAM.${request}.${stream}`),
  );
  const everybody = {
    publish: [
      ...changes,
      '$JS.API.STREAM.CREATE.mine',
      '$JS.API.STREAM.NAMES',
      '$JS.API.STREAM.LIST',
      `$JS.API.STREAM.PURGE.${topics}`,
      `$JS.API.CONSUMER.CREATE.${topics}.spy`,
      `$JS.API.CONSUMER.DURABLE.CREATE.${log}.spy`,
      `${ns}.log.99.message.weather`,
      'other.log.0.message.weather',
      '$KV.other-topics.weather',
      '$SYS.REQ.SERVER.PING',
      '$SYS.REQ.ACCOUNT.X.CONNZ',
      'anything',
    ],
    subscribe: ['>', '*', `${ns}.>`, `${ns}.log.>`, '$JS.>', '$KV.>', '$SYS.>', '_R_.>', '_INBOX.>'],
  };
  const elseThan = (service: Service, more: Attempts): Attempts => ({
    publish: [...everybody.publish, ...more.publish],
    subscribe: [
      ...everybody.subscribe,
      ...['edge', 'api', 'store', 'operator']
        .filter((other) => other !== service)
        .map((other) => `_INBOX_${other}.>`),
      ...more.subscribe,
    ],
  });
  return {
    edge: elseThan('edge', {
      publish: [
        `$JS.API.STREAM.PURGE.${log}`,
        `$JS.API.CONSUMER.CREATE.${log}.spy`,
        '$JS.API.INFO',
        ...[
          'ping.weather',
          'edge-gone',
          'expired',
          'imported',
          'topic-deleted',
          'message-removed',
          'operator-act',
        ].map((type) => `${ns}.log.0.${type}`),
        `${ns}.live.0.ping.weather`,
        `${ns}.announced.0`,
        `${ns}.bucket.topics.weather`,
        `$KV.${ns}-service-tokens.mine`,
        '_INBOX_api.x',
        `${ns}.collect.0`,
        `${ns}.connections`,
      ],
      subscribe: [`${ns}.backlog.0`, `${ns}.pieces.0`, `${ns}.edge.*`],
    }),
    api: elseThan('api', {
      publish: [
        `$JS.API.STREAM.PURGE.${log}`,
        `$JS.API.DIRECT.GET.${log}`,
        `$JS.API.STREAM.MSG.GET.${log}`,
        `$JS.API.CONSUMER.CREATE.${log}.spy`,
        ...[
          'ack',
          'pong',
          'api-info',
          'joined',
          'left',
          'asked',
          'answered',
          'edge-gone',
          'expired',
          'imported',
        ].map((type) => `${ns}.log.0.${type}`),
        `${ns}.live.0.message.weather`,
        `${ns}.live.0.ping.weather`,
        `${ns}.announced.0`,
        `${ns}.backlog.0`,
        `${ns}.edge.e1`,
        '_INBOX_edge.x',
      ],
      subscribe: [
        `${ns}.live.0.message.weather`,
        `${ns}.announced.0`,
        `${ns}.backlog.0`,
        `${ns}.connections`,
      ],
    }),
    store: elseThan('store', {
      publish: [
        '$JS.API.INFO',
        ...[
          'message.weather',
          'piece',
          'ack',
          'pong',
          'joined',
          'left',
          'asked',
          'imported',
          'message-removed',
          'operator-act',
        ].map((type) => `${ns}.log.0.${type}`),
        `${ns}.live.0.message.weather`,
        `${ns}.edge.e1`,
        `${ns}.connections`,
        `${ns}.backlog.0`,
        `$KV.${ns}-service-tokens.mine`,
        `$KV.${ns}-tickets.mine`,
        `$JS.API.STREAM.MSG.GET.KV_${ns}-tickets`,
        '_INBOX_edge.x',
      ],
      subscribe: [`${ns}.live.0.message.weather`, `${ns}.bucket.service-tokens.mine`, `${ns}.connections`],
    }),
    operator: {
      publish: [
        ...everybody.publish.filter((subject) => !/STREAM\.(CREATE|UPDATE)\.(?!mine)/.test(subject)),
        `$JS.API.STREAM.PURGE.${log}`,
        `$JS.API.DIRECT.GET.${log}`,
        `$JS.API.STREAM.MSG.GET.KV_${ns}-service-tokens`,
        `$JS.API.CONSUMER.CREATE.${log}.spy`,
        ...['ack', 'pong', 'joined', 'left', 'edge-gone', 'expired', 'topic-deleted'].map(
          (type) => `${ns}.log.0.${type}`,
        ),
        `$KV.${ns}-service-tokens.mine`,
        `${ns}.live.0.message.weather`,
        `${ns}.announced.0`,
      ],
      subscribe: [...everybody.subscribe, `${ns}.live.0.message.weather`, `${ns}.backlog.0`, '_INBOX_edge.>'],
    },
  };
}
