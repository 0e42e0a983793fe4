import type * as z from 'zod';
import { deliverySourceSettings, type DeliveryVendor } from '../../shared/contract/deliveries.ts';
import { problemErrors } from '../../shared/contract/problems.ts';
import { unreachable } from '../../shared/kernel/assert.ts';
import { deliverySourceView } from '../shell/delivery-source-view.ts';
import { controllerFor } from '../shell/flows/prepare.ts';
import type { Handle } from '../shell/http.ts';
import { Problem } from '../shell/problem.ts';
import { recordAudit } from '../shell/stores/audit-store.ts';
import { writeDeliverySource, type NewSettings } from '../shell/stores/delivery-source-store.ts';

export const putDeliverySource: Handle<'putDeliverySource'> = async (call, gate) => {
  const { id, vendor } = call.params;
  await controllerFor(gate, call.actor, id);
  const settings = readSettings(vendor, call.body);
  await recordAudit(gate, call, { controller: id, about: `delivery source ${vendor}` });
  const { source, secret } = await writeDeliverySource(gate, id, settings);
  const { updatedAt } = source;
  const view = deliverySourceView(call.origin, id, { vendor, updatedAt });
  return { status: 200, body: { ...view, ...(secret === null ? {} : { secret }) } };
};

/** The body in the form of the vendor that the path names. */
function readSettings(vendor: DeliveryVendor, body: unknown): NewSettings {
  switch (vendor) {
    case 'ses':
      return { vendor, ...parse(deliverySourceSettings.ses, body) };
    case 'sendgrid':
      return { vendor, ...parse(deliverySourceSettings.sendgrid, body) };
    case 'mailgun':
      return { vendor, ...parse(deliverySourceSettings.mailgun, body) };
    case 'postmark':
      return { vendor, ...parse(deliverySourceSettings.postmark, body) };
    case 'generic':
      parse(deliverySourceSettings.generic, body);
      return vendor;
    default:
      return unreachable(vendor);
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Problem('invalid-input', 'the body does not fit the contract', {
    errors: problemErrors(parsed.error.issues),
  });
}
