import type { Target } from '../target.ts';
import { conversations } from './conversations.ts';
import { requests, upgrades } from './requests.ts';
import type { TriedBroker } from './tried-broker.ts';
import { websockets } from './websockets.ts';

/** What takes what strangers send over the network; `lane` tells those apart that run side by side. */
export const CONVERSERS: Readonly<Record<string, (broker: TriedBroker, lane: number) => Target>> = {
  websockets,
  upgrades,
  requests,
  conversations: (broker, lane) => conversations(broker, `fuzz-conversations-${lane}`),
};
