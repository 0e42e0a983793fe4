import { createQueueHandler } from '../../functions/shell/batch.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import { audienceUploaded } from '../../functions/workers/audience-uploaded.ts';
import { listingChanged } from '../../functions/workers/listing-changed.ts';
import { pagePlanned } from '../../functions/workers/page-planned.ts';
import { pagesDecided } from '../../functions/workers/pages-decided.ts';
import { webhookDue } from '../../functions/workers/webhook-due.ts';
import {
  AudienceUploaded,
  ListingChanged,
  PagePlanned,
  PagesDecided,
  WebhookDue,
} from '../../shared/contract/workers.ts';

/** Queues that an evaluation, its recalls and what is told of them need. */
export const worked = [
  'audience-uploaded',
  'page-planned',
  'pages-decided',
  'listing-changed',
  'webhook-due',
] as const;
export type Worked = (typeof worked)[number];

/** The queue's own batch stack around its worker. */
export function handlerOf(queue: Worked, gate: Gate) {
  const getGate = () => Promise.resolve(gate);
  switch (queue) {
    case 'audience-uploaded':
      return createQueueHandler({ queue, message: AudienceUploaded }, audienceUploaded, getGate);
    case 'page-planned':
      return createQueueHandler({ queue, message: PagePlanned }, pagePlanned, getGate);
    case 'pages-decided':
      return createQueueHandler({ queue, message: PagesDecided }, pagesDecided, getGate);
    case 'listing-changed':
      return createQueueHandler({ queue, message: ListingChanged }, listingChanged, getGate);
    case 'webhook-due':
      return createQueueHandler({ queue, message: WebhookDue }, webhookDue, getGate);
  }
}
