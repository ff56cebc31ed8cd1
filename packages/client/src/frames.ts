/** A frame as the broker delivers it; properties are those that modules and callers use. */
export interface DeliveredFrame {
  readonly messageId: string;
  readonly publishTime: string;
  readonly payload?: string;
  readonly properties?: {
    readonly messageType?: string;
    readonly requestContext?: string | number;
    readonly response_topic?: string;
    readonly source_topic?: string;
    readonly status?: string;
    readonly fragment?: number | string;
    readonly num_fragments?: number | string;
  };
}

/** The broker's answer to a published frame (PUB-1). */
export interface PublishAnswer {
  readonly messageId: string | null;
  readonly result: string;
  readonly errorMsg?: string;
}

/** The broker did not take a frame; `result` is `send-error:<n>` (PUB-7). */
export class PublishError extends Error {
  readonly code: string;

  constructor(answer: PublishAnswer) {
    super(answer.errorMsg ?? answer.result);
    this.name = 'PublishError';
    this.code = answer.result;
  }
}
