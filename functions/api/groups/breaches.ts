import type { GroupHandles } from '../../shell/http.ts';
import { acknowledgeBreachAlert } from '../acknowledge-breach-alert.ts';
import { assessBreach } from '../assess-breach.ts';
import { changeBreach } from '../change-breach.ts';
import { clickAlert } from '../click-alert.ts';
import { closeBreach } from '../close-breach.ts';
import { communicateBreach } from '../communicate-breach.ts';
import { createBreachFreeze } from '../create-breach-freeze.ts';
import { createBreachScope } from '../create-breach-scope.ts';
import { createBreach } from '../create-breach.ts';
import { createClockPreview } from '../create-clock-preview.ts';
import { createSeverityPreview } from '../create-severity-preview.ts';
import { getBreachClock } from '../get-breach-clock.ts';
import { getBreachLetter } from '../get-breach-letter.ts';
import { getBreachRating } from '../get-breach-rating.ts';
import { getBreachReport } from '../get-breach-report.ts';
import { getBreachScope } from '../get-breach-scope.ts';
import { getBreach } from '../get-breach.ts';
import { liftBreachFreeze } from '../lift-breach-freeze.ts';
import { listBreaches } from '../list-breaches.ts';
import { notifyBreach } from '../notify-breach.ts';
import { peekAlert } from '../peek-alert.ts';
import { repeatBreachAlert } from '../repeat-breach-alert.ts';
import { reopenBreach } from '../reopen-breach.ts';
import { setBreachAwareness } from '../set-breach-awareness.ts';
import { setBreachTrigger } from '../set-breach-trigger.ts';
import { showAlert } from '../show-alert.ts';

export const breaches: GroupHandles<'breaches'> = {
  createBreach,
  listBreaches,
  getBreach,
  changeBreach,
  setBreachAwareness,
  setBreachTrigger,
  assessBreach,
  notifyBreach,
  communicateBreach,
  acknowledgeBreachAlert,
  repeatBreachAlert,
  closeBreach,
  reopenBreach,
  getBreachClock,
  getBreachReport,
  getBreachLetter,
  getBreachRating,
  createBreachFreeze,
  liftBreachFreeze,
  createBreachScope,
  getBreachScope,
  showAlert,
  peekAlert,
  clickAlert,
  createClockPreview,
  createSeverityPreview,
};
