import { clickConfirmation } from '../click-confirmation.ts';
import { createConfirmation } from '../create-confirmation.ts';
import { createDoubleOptIn } from '../create-double-opt-in.ts';
import { createPreferenceLinks } from '../create-preference-links.ts';
import { peekConfirmation } from '../peek-confirmation.ts';
import { peekPreferences } from '../peek-preferences.ts';
import { showConfirmation } from '../show-confirmation.ts';
import { showPreferences } from '../show-preferences.ts';
import { unsubscribe } from '../unsubscribe.ts';
import type { GroupHandles } from '../../shell/http.ts';

export const permissions: GroupHandles<'permissions'> = {
  createDoubleOptIn,
  createConfirmation,
  createPreferenceLinks,
  showConfirmation,
  peekConfirmation,
  clickConfirmation,
  showPreferences,
  peekPreferences,
  unsubscribe,
};
