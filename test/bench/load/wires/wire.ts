import { dasfWire } from './dasf.ts';
import { stompWire } from './stomp.ts';

/** How messages go to a broker and come from it. */
export interface Wire {
  /** @param answered called when the broker has taken the message that was published with this number */
  producer(topic: string, answered: (context: number) => void): Promise<Publishing>;
  consumer(topic: string, received: (delivery: Delivery) => void): Promise<AsyncDisposable>;
}

export interface Publishing extends AsyncDisposable {
  publish(context: number, payload: string, properties?: Properties): void;
}

export interface Delivery {
  readonly payload: string;
  readonly properties: Properties;
  acknowledge(): void;
}

/** What calls need of a frame's properties. */
export interface Properties {
  readonly messageType?: string;
  readonly response_topic?: string;
  readonly source_topic?: string;
  readonly requestContext?: number | string;
}

/** Where a broker is and what it speaks, as it goes from process to process. */
export interface WireAddress {
  readonly speaks: 'dasf' | 'stomp';
  readonly urls: readonly string[];
  /** The value of the header `authorization`; in STOMP, user and password with a colon between them. */
  readonly authorization: string;
}

export function wireTo(address: WireAddress): Wire {
  switch (address.speaks) {
    case 'dasf':
      return dasfWire(address);
    case 'stomp':
      return stompWire(address);
  }
}
