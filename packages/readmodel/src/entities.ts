import { Acknowledged } from './entities/acknowledged.ts';
import { Consumer } from './entities/consumer.ts';
import { DeadEvent } from './entities/dead-event.ts';
import { Delivery } from './entities/delivery.ts';
import { ImportProgress } from './entities/import-progress.ts';
import { Message } from './entities/message.ts';
import { MessagePiece } from './entities/message-piece.ts';
import { OpenRequest } from './entities/open-request.ts';
import { OperatorActRow } from './entities/operator-act.ts';
import { Presence } from './entities/presence.ts';
import { Projection } from './entities/projection.ts';
import { TopicRow } from './entities/topic.ts';
import { TopicGrant } from './entities/topic-grant.ts';
import { TopicTombstone } from './entities/topic-tombstone.ts';

/** Every table of the read model. */
export const entities = [
  TopicRow,
  TopicGrant,
  TopicTombstone,
  Consumer,
  Presence,
  Message,
  MessagePiece,
  OpenRequest,
  Delivery,
  Acknowledged,
  ImportProgress,
  Projection,
  OperatorActRow,
  DeadEvent,
];
