import { ByteReader, ByteWriter } from '../kernel/bytes.ts';
import { formatId, ID_BYTES, parseId } from '../kernel/ids.ts';

/** Acknowledges one alert of one case; says nothing of either to whoever reads it. */
export interface AlertLink {
  readonly breachId: string;
  readonly alertId: string;
}

/** As bytes, which the caller seals. */
export function encodeAlertLink({ breachId, alertId }: AlertLink): Uint8Array {
  const id = parseId('brc', breachId);
  if (id === null) throw new Error('invariant broken: a case has an id');
  const writer = new ByteWriter();
  writer.bytes(id);
  writer.text(alertId);
  return writer.finish();
}

/** Reads what was written here: only bytes that were authenticated. */
export function decodeAlertLink(bytes: Uint8Array): AlertLink {
  const reader = new ByteReader(bytes);
  return { breachId: formatId('brc', reader.bytes(ID_BYTES)), alertId: reader.text() };
}
