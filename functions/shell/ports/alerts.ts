/** Ways to a person beside webhooks and the log. */
export const alertWays = ['email', 'sns'] as const;
export type AlertWay = (typeof alertWays)[number];

export interface AlertMessage {
  readonly way: AlertWay;
  /** An e-mail address, or the ARN of a topic. */
  readonly target: string;
  /** At most 100 characters without line breaks, as SNS takes it. */
  readonly subject: string;
  readonly text: string;
}

/** Why it was not taken. `refused`: as it is, it never will be. */
export type AlertFailure = 'refused' | 'unreachable';

export type AlertAnswer =
  { readonly ok: true } | { readonly ok: false; readonly failure: AlertFailure };

/**
 * Mail and topics. A message that is taken is on its way and not read yet; it may go out twice. A
 * home that has no such way says so beforehand, and nothing is ever noted as sent by it.
 */
export interface Alerts {
  reaches(way: AlertWay): boolean;
  send(message: AlertMessage): Promise<AlertAnswer>;
}
