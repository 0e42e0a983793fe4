import { deny, PASS, type RecipientRule } from '../rule.ts';
import { hasDeviceAccess } from '../consent.ts';

const denied = deny('D_DEVICE_ACCESS_NO_CONSENT');

/**
 * CH-DE-11 (i): the token of a push message is read from the device beyond what the service
 * strictly needs. A consent to that may stand apart from the one to the advertising. It is asked
 * for where the advertising itself is permitted: without any consent, that one is missing first.
 */
export const deviceAccess: RecipientRule = {
  id: 'device-access',
  group: 'permission',
  obligation: {
    de: 'Push-Werbung braucht auch eine Einwilligung in den Zugriff auf das Endgerät.',
    en: 'Push advertising also needs a consent to the access to the device.',
  },
  authority: '§ 25(1), (2) Nr. 2 TDDDG; Art. 5(3) Dir. 2002/58',
  certainty: 'U',
  inputs: ['consents', 'channel'],
  codes: ['D_DEVICE_ACCESS_NO_CONSENT'],
  evaluate: ({ state, permission }, evaluation) => {
    const { channel, isAdvertising } = evaluation.campaign;
    if (channel !== 'PUSH_APP' && channel !== 'PUSH_WEB') return PASS;
    if (!isAdvertising || permission.basis === null) return PASS;
    return hasDeviceAccess(state, evaluation) ? PASS : denied;
  },
  explain: ({ permission }) => {
    const consent = permission.consent.valid;
    return consent === null ? {} : { since: consent.at, evidence: consent.event };
  },
};
