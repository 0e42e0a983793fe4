import type { DeliverySourceView, DeliveryVendor } from '../../shared/contract/deliveries.ts';

/** A source as it is shown: where its vendor has to send to, and nothing that it signs with. */
export function deliverySourceView(
  origin: string,
  controller: string,
  source: { readonly vendor: DeliveryVendor; readonly updatedAt: string },
): DeliverySourceView {
  const query = new URLSearchParams({ controller });
  return { ...source, url: `${origin}/v1/delivery-events/${source.vendor}?${query.toString()}` };
}
