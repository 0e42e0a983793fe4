import { assert } from '../../../shared/kernel/assert.ts';
import { portBounds } from './port-bounds.ts';
import type { OutgoingMessage } from './queues.ts';

/** SQS takes what XML 1.0 may hold; JSON writes all of these as escapes or not at all. */
const NOT_IN_SQS = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/** Throws for messages that one of the homes could not take. */
export function checkMessages(messages: readonly OutgoingMessage[]): void {
  const ids = new Set<string>();
  for (const { id, body, delaySeconds } of messages) {
    ids.add(id);
    assert(body.length > 0 && !NOT_IN_SQS.test(body), 'a message has a text');
    assert(Buffer.byteLength(body) <= portBounds.messageBytes, 'a message is short');
    assert(
      delaySeconds === undefined ||
        (Number.isInteger(delaySeconds) &&
          delaySeconds >= 0 &&
          delaySeconds <= portBounds.delaySeconds),
      'a message is delayed by 0 to 900 whole seconds',
    );
  }
  assert(ids.size === messages.length, 'the ids of the messages of one call are distinct');
}

export function checkReceive(options: {
  readonly max: number;
  readonly visibilitySeconds: number;
}): void {
  assert(Number.isInteger(options.max) && options.max >= 1, 'one message or more is received');
  assert(
    Number.isInteger(options.visibilitySeconds) &&
      options.visibilitySeconds >= 0 &&
      options.visibilitySeconds <= portBounds.visibilitySeconds,
    'a visibility time-out is 0 to 43,200 whole seconds',
  );
}
