import { Subjects } from '@dasf-broker/log';
import { inboxOf } from '@dasf-broker/nats';
import { type BucketUse, bucketUses } from './bucket-uses.ts';
import type { Installation, Service } from './service.ts';
import { type EventWriter, WRITTEN_BY } from './written-by.ts';

/** What one service may do on NATS; all else is refused. */
export interface Rights {
  /** Subjects on which it asks or tells something. */
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** It answers questions: it may publish where an answer is wanted, once for each. */
  readonly answers?: true;
}

/** All that a service needs, subject by subject. */
export function rightsOf(service: Service, installation: Installation): Rights {
  const own = OWN[service](installation);
  const buckets = bucketUses(installation.namespace).map((use) => rightsToBucket(service, use));
  return {
    ...own,
    publish: [...own.publish, ...buckets.flatMap(({ publish }) => publish)],
    subscribe: [`${inboxOf(service)}.>`, ...own.subscribe, ...buckets.flatMap(({ subscribe }) => subscribe)],
  };
}

const OWN: Readonly<Record<Service, (installation: Installation) => Rights>> = {
  edge: (installation) => {
    const subjects = new Subjects(installation.namespace);
    return {
      publish: eachPartition(installation, (partition, stream) => [
        ...written(subjects, partition, 'edge'),
        subjects.allPassing(partition, 'message'),
        ...readStream(stream),
        subjects.backlog(partition),
        subjects.pieces(partition),
      ]).concat(subjects.edgeHeartbeat('*')),
      subscribe: [subjects.allPassing(), subjects.announcements(), subjects.connectionQuestions()],
      answers: true,
    };
  },

  api: (installation) => {
    const subjects = new Subjects(installation.namespace);
    return {
      publish: eachPartition(installation, (partition, stream) => [
        ...written(subjects, partition, 'api'),
        `$JS.API.STREAM.INFO.${stream}`,
        subjects.collect(partition),
      ]).concat(subjects.connectionQuestions()),
      subscribe: [subjects.edgeHeartbeat('*')],
    };
  },

  store: (installation) => {
    const subjects = new Subjects(installation.namespace);
    return {
      publish: eachPartition(installation, (partition, stream) => [
        ...written(subjects, partition, 'store'),
        ...readStream(stream),
        `$JS.API.STREAM.PURGE.${stream}`,
        `$JS.API.CONSUMER.CREATE.${stream}.*`,
        `$JS.API.CONSUMER.DELETE.${stream}.*`,
        `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
        subjects.announcements(partition),
      ]),
      subscribe: eachPartition(installation, (partition) => [
        subjects.backlog(partition),
        subjects.pieces(partition),
        subjects.collect(partition),
      ]).concat(subjects.edgeHeartbeat('*')),
      answers: true,
    };
  },

  operator: (installation) => {
    const subjects = new Subjects(installation.namespace);
    return {
      publish: eachPartition(installation, (partition, stream) => [
        ...makeStream(stream),
        ...written(subjects, partition, 'operator'),
        `$JS.API.STREAM.MSG.GET.${stream}`,
      ]).concat('$JS.API.INFO'),
      subscribe: [],
    };
  },
};

function rightsToBucket(service: Service, { names, askedBy, followedBy, writtenBy }: BucketUse): Rights {
  const { stream } = names;
  const [asks, follows, writes] = [askedBy, followedBy, writtenBy].map((by) => by.includes(service));
  return {
    publish: [
      ...(service === 'operator' ? makeStream(stream) : []),
      ...(service !== 'operator' && (asks || follows || writes) ? [`$JS.API.STREAM.INFO.${stream}`] : []),
      ...(asks ? [`$JS.API.STREAM.MSG.GET.${stream}`] : []),
      ...(follows ? [`$JS.API.DIRECT.GET.${stream}`] : []),
      ...(writes ? [names.entry('*')] : []),
    ],
    subscribe: follows ? [names.change('*')] : [],
  };
}

function written(subjects: Subjects, partition: number, writer: EventWriter): string[] {
  return WRITTEN_BY[writer].map((type) => subjects.allStored(partition, type));
}

function readStream(stream: string): string[] {
  return [`$JS.API.STREAM.INFO.${stream}`, `$JS.API.DIRECT.GET.${stream}`];
}

function makeStream(stream: string): string[] {
  return ['INFO', 'CREATE', 'UPDATE'].map((request) => `$JS.API.STREAM.${request}.${stream}`);
}

function eachPartition(
  { namespace, partitions }: Installation,
  list: (partition: number, stream: string) => readonly string[],
): string[] {
  const subjects = new Subjects(namespace);
  const all = Array.from({ length: partitions }, (_, partition) => partition);
  return all.flatMap((partition) => list(partition, subjects.stream(partition)));
}
