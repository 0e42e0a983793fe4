import { deny, PASS, type RecipientRule } from '../rule.ts';
import { hasDeviceAccess } from '../profiling-consent.ts';

const denied = deny('D_DEVICE_ACCESS_NO_CONSENT');

/**
 * A push message reads a token from the device beyond what the service strictly needs. That takes a
 * consent of its own, which may stand apart from the consent to the advertising and need not share
 * its purpose. It is asked for only where the advertising itself is permitted: without any consent,
 * that one is missing first. Whether push messages are electronic mail at all is contested
 * (CH-DE-11, H-1).
 */
export const deviceAccess: RecipientRule = {
  id: 'device-access',
  number: 36,
  group: 'permission',
  obligation: {
    de: 'Push-Werbung braucht auch eine Einwilligung in den Zugriff auf das Endgerät.',
    en: 'Push advertising also needs a consent to the access to the device.',
  },
  authority: '§ 25(1), (2) Nr. 2 TDDDG; Art. 5(3) Dir. 2002/58',
  certainty: 'U',
  inputs: ['consents', 'channel'],
  codes: ['D_DEVICE_ACCESS_NO_CONSENT'],
  appliesTo: ({ campaign: { channel, isAdvertising } }) =>
    isAdvertising && (channel === 'PUSH_APP' || channel === 'PUSH_WEB'),
  evaluate: ({ state, permission }, evaluation) =>
    permission.basis === null || hasDeviceAccess(state, evaluation) ? PASS : denied,
  explain: ({ permission }) => {
    const consent = permission.consent.valid;
    return consent === null ? {} : { since: consent.at, evidence: consent.event };
  },
};
