import type { FrameKey } from './frame.ts';
import type { Refusal } from './refusal.ts';

function answer(key: FrameKey, rest: string): string {
  const context = key.context === undefined ? '' : `"context":${key.context},`;
  return `{"messageId":${JSON.stringify(key.messageId)},${context}${rest}}`;
}

/** PUB-2: the message is durable, or handed to the live channel where nothing is retained. */
export function okAnswer(key: FrameKey): string {
  return answer(key, '"result":"ok"');
}

/** PUB-7. The word `error` in `result` is what the Python client looks for. */
export function errorAnswer(key: FrameKey, refusal: Refusal): string {
  return answer(key, `"result":"send-error:${refusal.number}","errorMsg":${JSON.stringify(refusal.message)}`);
}
